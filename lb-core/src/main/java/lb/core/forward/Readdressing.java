package lb.core.forward;

import lb.core.channel.FrameRewrite;
import lb.core.service.NextHop;
import lb.core.wire.Ethernet;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;
import lb.core.wire.Packet;

/**
 * The rewrite of direct routing for the frame at hand; reusable, owned by one worker.
 *
 * <p>Reads the frame when it is aimed and only writes when it is applied, since a copy that was
 * made a moment ago cannot be read without waiting. Keeps numbers and no references: the
 * collector's barriers on those cost more than the rewrite.
 */
public final class Readdressing implements FrameRewrite {
    private long destination;
    private long source;
    private long ipOffset;
    private boolean ipv4;
    private boolean keepsTimeToLive;
    private boolean preservesSource;

    /** What stands in place of the old hop count, see {@link Ipv4#lessOneHop}. */
    private int lessOneHop;

    /** Aims at {@code next}; {@code packet} was read from {@code frame}. */
    public Readdressing to(NextHop next, DirectRouting routing, long frame, Packet packet) {
        destination = next.mac();
        source = next.sourceMac();
        ipOffset = packet.ip() - frame;
        ipv4 = packet.isIpv4();
        // A packet for this host has no hop to take: it has arrived.
        keepsTimeToLive = routing.keepTimeToLive() || next.isLocal();
        preservesSource = routing.preserveSource();
        long ip = Memory.known(packet.ip());
        lessOneHop = ipv4 ? Ipv4.lessOneHop(ip) : Ipv6.hopLimit(ip) - 1;
        return this;
    }

    @Override
    public void apply(long address) {
        long frame = Memory.known(address);
        takeHop(frame);
        readdress(frame);
    }

    /** The first half: takes one hop off the packet, unless its time to live is kept. */
    public void takeHop(long frame) {
        if (keepsTimeToLive) {
            return;
        }
        long ip = Memory.known(frame + ipOffset);
        if (ipv4) {
            Ipv4.putHop(ip, lessOneHop);
        } else {
            Ipv6.putHopLimit(ip, lessOneHop);
        }
    }

    /** The second half: writes the MAC addresses. */
    public void readdress(long frame) {
        if (preservesSource) {
            Ethernet.putDestination(frame, destination);
        } else {
            Ethernet.putAddresses(frame, destination, source);
        }
    }
}
