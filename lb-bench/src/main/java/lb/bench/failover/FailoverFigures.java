package lb.bench.failover;

/**
 * One takeover, in milliseconds by the kernel's timestamps at a third host. Immutable; any thread.
 *
 * @param silence from the dead Active's last advert to the survivor's first
 * @param announcement from that to the survivor's first gratuitous ARP
 * @param outage from the kill, of which the time is known to some milliseconds, to that gratuitous
 *     ARP
 */
record FailoverFigures(double silence, double announcement, double outage) {}
