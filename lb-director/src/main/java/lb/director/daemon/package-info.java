/**
 * The running appliance: turns a configuration into a director that forwards, holds the VIPs,
 * follows the kernel's neighbours and answers on the control socket.
 *
 * <p>Threads: the workers (one event loop each), {@code lb-neighbours} (rtnetlink), {@code lb-vips}
 * (leases and announcements), {@code lb-vrrp-vips} (the same of vrrp_instances), {@code
 * lb-housekeeping} (expiry of connections), {@code lb-control} (the control socket).
 */
@org.jspecify.annotations.NullMarked
package lb.director.daemon;
