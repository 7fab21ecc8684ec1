package lb.bench.jmh;

import lb.core.channel.FrameBatch;
import lb.core.channel.PacketChannelOptions;
import lb.core.linux.RingGeometry;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;

/**
 * Writes clients' frames into slots as of a receive ring, the next ones where the kernel would put
 * them. Owned by the benchmark's thread.
 *
 * <p>Every frame is written anew, because the director rewrites it in place. A flow is a number;
 * its address and port follow from it, so that nothing about a flow has to be in memory before its
 * frame arrives.
 */
final class ClientFrames {
    static final long DIRECTOR_MAC = 0x02_00_00_00_00_01L;
    static final int VIP = 10 << 24 | 205 << 8 | 100;
    static final int PORT = 80;

    /**
     * A frame without payload as it stands in a ring: padded to the least that Ethernet carries.
     */
    static final int FRAME_BYTES = 60;

    /** The VIP of frames of IPv6: fd00::100. */
    static final IpAddress IPV6_VIP = new IpAddress(0xfd00L << 48, 0x100);

    /** What the frames are. */
    enum Shape {
        IPV4,
        IPV6,
        /** IPv4 with one 802.1Q tag. */
        TAGGED
    }

    private static final long CLIENT_MAC = 0x02_00_00_00_00_02L;
    private static final RingGeometry GEOMETRY = PacketChannelOptions.v2().receiveGeometry();
    private static final int SLOTS = GEOMETRY.slots();
    private static final int SLOT_BYTES = GEOMETRY.slotBytes();
    private static final int FRAME_AT = 80;
    private static final int FIRST_CLIENT = 11 << 24;
    private static final int FLOWS_PER_CLIENT = 16;
    private static final int VLAN = 7;
    private static final long IPV6_CLIENTS_HIGH = 0xfd00_000bL << 32;
    private static final int IPV6_FRAME_BYTES =
            Ethernet.HEADER_LENGTH + Ipv6.HEADER_LENGTH + Tcp.MIN_HEADER_LENGTH;
    private static final int PACKET_BYTES = Ipv4.MIN_HEADER_LENGTH + Tcp.MIN_HEADER_LENGTH;

    private final long start = Memory.allocateForever(GEOMETRY.bytes());
    private final Shape shape;
    private final int services;
    private int next;

    /** Plain IPv4 frames to {@link #VIP}. */
    ClientFrames() {
        this(Shape.IPV4, 1);
    }

    /**
     * Frames of one shape.
     *
     * @param services how many VIPs the flows go to by turns, from {@link #VIP} on; 1 with IPv6
     */
    ClientFrames(Shape shape, int services) {
        this.shape = shape;
        this.services = services;
    }

    /** Appends a TCP segment of {@code flow} (0 to 2^34) to the batch. */
    void add(FrameBatch batch, long flow, int tcpFlags) {
        long frame = start + (long) next * SLOT_BYTES + FRAME_AT;
        next = next + 1 == SLOTS ? 0 : next + 1;
        write(frame, flow, tcpFlags);
        batch.add(frame, shape == Shape.IPV6 ? IPV6_FRAME_BYTES : FRAME_BYTES);
    }

    private void write(long frame, long flow, int tcpFlags) {
        Ethernet.putDestination(frame, DIRECTOR_MAC);
        Ethernet.putSource(frame, CLIENT_MAC);
        int client = FIRST_CLIENT + (int) (flow / FLOWS_PER_CLIENT);
        long tcp =
                switch (shape) {
                    case IPV4 -> writeIpv4(frame, Ethernet.HEADER_LENGTH, flow, client);
                    case TAGGED -> writeTagged(frame, flow, client);
                    case IPV6 -> writeIpv6(frame, client);
                };
        int port = 1024 + (int) (flow % FLOWS_PER_CLIENT) * 4001;
        Memory.putI32(tcp, port << 16 | PORT);
        Memory.putU8(tcp + 12, Tcp.MIN_HEADER_LENGTH / 4 << 4);
        Memory.putU8(tcp + 13, tcpFlags);
    }

    private long writeIpv4(long frame, int headerLength, long flow, int client) {
        Ethernet.putType(frame + headerLength - Ethernet.HEADER_LENGTH, Ethernet.TYPE_IPV4);
        long ip = frame + headerLength;
        int vip = VIP + (services == 1 ? 0 : (int) (flow % services));
        Ipv4.write(ip, 0, PACKET_BYTES, 1, Ipv4.DONT_FRAGMENT, 64, IpProtocol.TCP, client, vip);
        return ip + Ipv4.MIN_HEADER_LENGTH;
    }

    private long writeTagged(long frame, long flow, int client) {
        Memory.putI32(frame + 12, Ethernet.TYPE_VLAN << 16 | VLAN);
        return writeIpv4(frame, Ethernet.HEADER_LENGTH + Ethernet.TAG_LENGTH, flow, client);
    }

    private static long writeIpv6(long frame, int client) {
        Ethernet.putType(frame, Ethernet.TYPE_IPV6);
        long ip = frame + Ethernet.HEADER_LENGTH;
        Ipv6.write(
                ip,
                Tcp.MIN_HEADER_LENGTH,
                IpProtocol.TCP,
                64,
                IPV6_CLIENTS_HIGH,
                client,
                IPV6_VIP.high(),
                IPV6_VIP.low());
        return ip + Ipv6.HEADER_LENGTH;
    }
}
