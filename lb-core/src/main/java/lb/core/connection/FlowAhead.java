package lb.core.connection;

import lb.core.channel.FrameBatch;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;

/**
 * Looks at the frames of a batch before they are decided one by one: what one frame has to wait for
 * in memory (its headers, its slot of the index, its connection) is then fetched while others wait
 * for theirs. Decides nothing, so it may pass over what is not plain. Owned by one worker.
 */
public final class FlowAhead {
    /** Below this, all connections of a worker stay in its core's cache. */
    private static final int WORTH_IT = 4096;

    private static final int PORTS_LENGTH = 4;
    private static final int PLAIN_IPV4 = 0x45;
    private static final int FRAGMENT = Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK;

    private final int[] hashes;

    /** What was read, summed: without it the compiler would leave the reads out. */
    @SuppressWarnings("UnusedVariable")
    private long read;

    /** One for batches of at most {@code capacity} frames. */
    public FlowAhead(int capacity) {
        hashes = new int[capacity];
    }

    /** Fetches what the connections of a batch will be found by. */
    public void look(FrameBatch batch, FlowIndex index) {
        int count = Math.min(batch.size(), hashes.length);
        if (index.size() < WORTH_IT || count < 2) {
            return;
        }
        for (int i = 0; i < count; i++) {
            hashes[i] = hash(batch.address(i), batch.length(i));
        }
        read += index.touch(hashes, count);
    }

    static int hash(long frame, int length) {
        if (length < Ethernet.HEADER_LENGTH + Ipv4.MIN_HEADER_LENGTH + PORTS_LENGTH) {
            return 0;
        }
        int type = Ethernet.type(frame);
        long ip = frame + Ethernet.HEADER_LENGTH;
        if (type == Ethernet.TYPE_IPV4) {
            return hashOfIpv4(ip);
        }
        boolean whole = length >= Ethernet.HEADER_LENGTH + Ipv6.HEADER_LENGTH + PORTS_LENGTH;
        return type == Ethernet.TYPE_IPV6 && whole ? hashOfIpv6(ip) : 0;
    }

    private static int hashOfIpv4(long ip) {
        int protocol = Ipv4.protocol(ip);
        if (Memory.u8(ip) != PLAIN_IPV4
                || (Ipv4.flagsAndOffset(ip) & FRAGMENT) != 0
                || !hasPorts(protocol)) {
            return 0;
        }
        return FlowKey.hash(
                0,
                IpAddress.mapped(Ipv4.source(ip)),
                0,
                IpAddress.mapped(Ipv4.destination(ip)),
                Tcp.ports(ip + Ipv4.MIN_HEADER_LENGTH),
                protocol);
    }

    private static int hashOfIpv6(long ip) {
        int protocol = Ipv6.nextHeader(ip);
        if (!hasPorts(protocol)) {
            return 0;
        }
        return FlowKey.hash(
                Ipv6.sourceHigh(ip),
                Ipv6.sourceLow(ip),
                Ipv6.destinationHigh(ip),
                Ipv6.destinationLow(ip),
                Tcp.ports(ip + Ipv6.HEADER_LENGTH),
                protocol);
    }

    private static boolean hasPorts(int protocol) {
        return protocol == IpProtocol.TCP || protocol == IpProtocol.UDP;
    }
}
