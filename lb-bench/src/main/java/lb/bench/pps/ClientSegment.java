package lb.bench.pps;

import lb.core.wire.Checksum;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import lb.core.wire.VnetHeader;

/**
 * One TCP segment of IPv4 or IPv6, as sent by any client: only its source changes from frame to
 * frame. Its payload, if its frame has room for one, is zeros. Owned by the generator's thread.
 *
 * <p>The source follows from the flow's number, so that 10 million flows take no more memory, and
 * no more cache, than one.
 */
final class ClientSegment {
    /** Flows that have different sources: 2^24 addresses with 2^14 ports each. */
    static final long FLOWS = 1L << 38;

    /** Bytes of the least frame without the checksum that the hardware adds: 64 on a wire. */
    private static final int LEAST_FRAME_BYTES = 60;

    private static final int PORTS_BITS = 14;
    private static final int FIRST_PORT = 1 << 15;
    private static final int FIRST_CLIENT = 11 << 24;

    /** The upper half of every IPv6 client's address: fd00:b::/64. */
    private static final long CLIENTS_HIGH = 0xfd00_000b_0000_0000L;

    private static final int HOPS = 64;
    private static final int IP = Ethernet.HEADER_LENGTH;

    private final boolean ipv6;
    private final int frameBytes;
    private final long frame;
    private final long sourceAddress;
    private final long tcp;
    private final long ipSum;
    private final long tcpSum;

    /**
     * A segment to the service at {@code vip} and {@code port}, for the interface with this MAC.
     *
     * @param frameBytes from the Ethernet header on; what is less than fits becomes the least
     */
    ClientSegment(
            long destinationMac,
            long sourceMac,
            IpAddress vip,
            int port,
            int tcpFlags,
            int frameBytes) {
        ipv6 = !vip.isIpv4();
        this.frameBytes = Math.max(leastFrameBytes(ipv6), frameBytes);
        frame = Memory.allocateForever(this.frameBytes + 64L) + 64;
        VnetHeader.clear(frame);
        Ethernet.putDestination(frame, destinationMac);
        Ethernet.putSource(frame, sourceMac);
        Ethernet.putType(frame, ipv6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4);
        int header = ipv6 ? Ipv6.HEADER_LENGTH : Ipv4.MIN_HEADER_LENGTH;
        tcp = frame + IP + header;
        // Ethernet pads what is shorter, and padding is no part of the packet.
        int tcpBytes =
                this.frameBytes == LEAST_FRAME_BYTES
                        ? Tcp.MIN_HEADER_LENGTH
                        : this.frameBytes - IP - header;
        sourceAddress = frame + IP + (ipv6 ? 8 + 12 : 12);
        long addressesSum = ipv6 ? writeIpv6(vip, tcpBytes) : writeIpv4(vip, tcpBytes);
        ipSum = ipv6 ? 0 : Checksum.add(0, frame + IP, header);
        writeTcp(port, tcpFlags);
        // The pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1): addresses, protocol and
        // length.
        tcpSum = Checksum.add(addressesSum + IpProtocol.TCP + tcpBytes, tcp, Tcp.MIN_HEADER_LENGTH);
    }

    /** Bytes of the shortest frame. */
    static int leastFrameBytes(boolean ipv6) {
        return ipv6 ? IP + Ipv6.HEADER_LENGTH + Tcp.MIN_HEADER_LENGTH : LEAST_FRAME_BYTES;
    }

    /** Returns the sum of the addresses, without what changes. */
    private long writeIpv4(IpAddress vip, int tcpBytes) {
        long ip = frame + IP;
        int total = Ipv4.MIN_HEADER_LENGTH + tcpBytes;
        Ipv4.write(ip, 0, total, 1, Ipv4.DONT_FRAGMENT, HOPS, IpProtocol.TCP, 0, vip.ipv4());
        Memory.putU16(ip + 10, 0);
        return Checksum.add(0, ip + 16, 4);
    }

    private long writeIpv6(IpAddress vip, int tcpBytes) {
        long ip = frame + IP;
        Ipv6.write(ip, tcpBytes, IpProtocol.TCP, HOPS, CLIENTS_HIGH, 0, vip.high(), vip.low());
        return Checksum.add(0, ip + 8, 32);
    }

    private void writeTcp(int port, int tcpFlags) {
        Memory.putI32(tcp, port);
        Memory.putU8(tcp + 12, Tcp.MIN_HEADER_LENGTH / 4 << 4);
        Memory.putU8(tcp + 13, tcpFlags);
        Memory.putU16(tcp + 14, 65_535);
    }

    /** Makes it one of {@code flow}, 0 to 2^38 - 1, with right checksums. */
    void from(long flow) {
        int address = FIRST_CLIENT | (int) (flow >>> PORTS_BITS);
        int port = FIRST_PORT | (int) flow & (1 << PORTS_BITS) - 1;
        Memory.putI32(sourceAddress, address);
        Memory.putU16(tcp, port);
        long addressSum = (long) (address >>> 16) + (address & 0xffff);
        if (!ipv6) {
            Memory.putU16(frame + IP + 10, Checksum.finish(ipSum + addressSum));
        }
        Memory.putU16(tcp + 16, Checksum.finish(tcpSum + addressSum + port));
    }

    /** Where its Ethernet header starts; a virtio header stands in front. */
    long frame() {
        return frame;
    }

    /** Bytes from there on. */
    int frameBytes() {
        return frameBytes;
    }
}
