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

    /** Where in the frame the four bytes are that hold the hop count, and what they become. */
    private long hopOffset;

    private int hopBytes;

    /** Aims at {@code next}; {@code packet} was read from {@code frame}. */
    public Readdressing to(NextHop next, DirectRouting routing, long frame, Packet packet) {
        return to(next.mac(), next.sourceMac(), routing, frame, packet);
    }

    /**
     * Aims at a real server.
     *
     * @param mac its MAC address; 0 for this host: a packet for it has no hop to take, it has
     *     arrived
     * @param sourceMac of the interface that it is reached by
     */
    public Readdressing to(
            long mac, long sourceMac, DirectRouting routing, long frame, Packet packet) {
        destination = mac;
        source = routing.preserveSource() ? Ethernet.source(frame) : sourceMac;
        long ip = Memory.known(packet.ip());
        int hopAt = packet.isIpv4() ? Ipv4.HOP_AT : Ipv6.HOP_AT;
        hopOffset = ip + hopAt - frame;
        hopBytes =
                routing.keepTimeToLive() || mac == 0
                        ? Memory.i32(ip + hopAt)
                        : packet.isIpv4() ? Ipv4.lessOneHop(ip) : Ipv6.lessOneHop(ip);
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
        Memory.putI32(Memory.known(frame + hopOffset), hopBytes);
    }

    /** The second half: writes the MAC addresses. */
    public void readdress(long frame) {
        Ethernet.putAddresses(frame, destination, source);
    }
}
