package lb.bench.pps;

import lb.core.wire.Checksum;
import lb.core.wire.Ethernet;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Memory;
import lb.core.wire.VnetHeader;

/**
 * One TCP segment without payload, in the smallest frame that Ethernet carries, as sent by any
 * client: only its source changes from frame to frame. Owned by the generator's thread.
 *
 * <p>The source follows from the flow's number, so that 10 million flows take no more memory, and
 * no more cache, than one.
 */
final class ClientSegment {
    /** Bytes of the frame without the checksum that the hardware adds: 64 on a wire. */
    static final int FRAME_BYTES = 60;

    /** Flows that have different sources: 2^24 addresses with 2^14 ports each. */
    static final long FLOWS = 1L << 38;

    private static final int PORTS_BITS = 14;
    private static final int FIRST_PORT = 1 << 15;
    private static final int FIRST_CLIENT = 11 << 24;
    private static final int PACKET_BYTES = Ipv4.MIN_HEADER_LENGTH + 20;
    private static final int TCP = Ethernet.HEADER_LENGTH + Ipv4.MIN_HEADER_LENGTH;
    private static final int SOURCE_ADDRESS = Ethernet.HEADER_LENGTH + 12;
    private static final int IP_CHECKSUM = Ethernet.HEADER_LENGTH + 10;
    private static final int SOURCE_PORT = TCP;
    private static final int TCP_CHECKSUM = TCP + 16;

    private final long frame = Memory.allocateForever(128) + 64;
    private final long ipSum;
    private final long tcpSum;

    /**
     * A segment to the service at {@code vip} and {@code port}, for the interface with this MAC.
     */
    ClientSegment(long destinationMac, long sourceMac, int vip, int port, int tcpFlags) {
        VnetHeader.clear(frame);
        Ethernet.putDestination(frame, destinationMac);
        Ethernet.putSource(frame, sourceMac);
        Ethernet.putType(frame, Ethernet.TYPE_IPV4);
        long ip = frame + Ethernet.HEADER_LENGTH;
        Ipv4.write(ip, 0, PACKET_BYTES, 1, Ipv4.DONT_FRAGMENT, 64, IpProtocol.TCP, 0, vip);
        long tcp = frame + TCP;
        Memory.putI32(tcp, port);
        Memory.putU8(tcp + 12, 5 << 4);
        Memory.putU8(tcp + 13, tcpFlags);
        Memory.putU16(tcp + 14, 65_535);
        Memory.putU16(frame + IP_CHECKSUM, 0);
        ipSum = Checksum.add(0, ip, Ipv4.MIN_HEADER_LENGTH);
        // The pseudo-header of RFC 9293 section 3.1: addresses, protocol and length.
        tcpSum = Checksum.add(Checksum.add(IpProtocol.TCP + 20, tcp, 20), ip + 16, 4);
    }

    /** Makes it one of {@code flow}, 0 to 2^38 - 1, with right checksums. */
    void from(long flow) {
        int address = FIRST_CLIENT | (int) (flow >>> PORTS_BITS);
        int port = FIRST_PORT | (int) flow & (1 << PORTS_BITS) - 1;
        Memory.putI32(frame + SOURCE_ADDRESS, address);
        Memory.putU16(frame + SOURCE_PORT, port);
        long addressSum = (long) (address >>> 16) + (address & 0xffff);
        Memory.putU16(frame + IP_CHECKSUM, Checksum.finish(ipSum + addressSum));
        Memory.putU16(frame + TCP_CHECKSUM, Checksum.finish(tcpSum + addressSum + port));
    }

    /** Where its Ethernet header starts; a virtio header stands in front. */
    long frame() {
        return frame;
    }
}
