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
    private int looked;

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
        looked = 0;
        if (index.size() < WORTH_IT || count < 2) {
            return;
        }
        for (int i = 0; i < count; i++) {
            hashes[i] = hash(batch.address(i), batch.length(i));
        }
        looked = count;
        read += index.touch(hashes, count);
    }

    /** The hash of the flow of frame {@code index}, or 0 when it was not looked at or not plain. */
    public int hash(int index) {
        return index < looked ? hashes[index] : 0;
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
        // As few reads as can be, as in Packet.
        long bytes0To7 = Memory.i64(ip);
        long bytes8To15 = Memory.i64(ip + 8);
        int protocol = (int) (bytes8To15 >>> 48) & 0xff;
        if (bytes0To7 >>> 56 != PLAIN_IPV4 || (bytes0To7 & FRAGMENT) != 0 || !hasPorts(protocol)) {
            return 0;
        }
        long bytes16To23 = Memory.i64(ip + 16);
        return FlowKey.hash(
                0,
                IpAddress.mapped((int) bytes8To15),
                0,
                IpAddress.mapped((int) (bytes16To23 >>> 32)),
                (int) bytes16To23,
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
