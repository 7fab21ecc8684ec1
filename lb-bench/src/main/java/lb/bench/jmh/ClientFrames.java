package lb.bench.jmh;

import lb.core.channel.FrameBatch;
import lb.core.wire.Ethernet;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
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

    private static final long CLIENT_MAC = 0x02_00_00_00_00_02L;
    private static final int SLOTS = 4096;
    private static final int SLOT_BYTES = 2048;
    private static final int FRAME_AT = 80;
    private static final int FIRST_CLIENT = 11 << 24;
    private static final int FLOWS_PER_CLIENT = 16;
    private static final int PACKET_BYTES = Ipv4.MIN_HEADER_LENGTH + Tcp.MIN_HEADER_LENGTH;

    private final long start = Memory.allocateForever((long) SLOTS * SLOT_BYTES);
    private int next;

    /** Appends a TCP segment of {@code flow} (0 to 2^34) to the batch. */
    void add(FrameBatch batch, long flow, int tcpFlags) {
        long frame = start + (long) next * SLOT_BYTES + FRAME_AT;
        next = (next + 1) & (SLOTS - 1);
        write(frame, flow, tcpFlags);
        batch.add(frame, FRAME_BYTES);
    }

    private static void write(long frame, long flow, int tcpFlags) {
        Ethernet.putDestination(frame, DIRECTOR_MAC);
        Ethernet.putSource(frame, CLIENT_MAC);
        Ethernet.putType(frame, Ethernet.TYPE_IPV4);
        long ip = frame + Ethernet.HEADER_LENGTH;
        int client = FIRST_CLIENT + (int) (flow / FLOWS_PER_CLIENT);
        Ipv4.write(ip, 0, PACKET_BYTES, 1, Ipv4.DONT_FRAGMENT, 64, IpProtocol.TCP, client, VIP);
        long tcp = ip + Ipv4.MIN_HEADER_LENGTH;
        int port = 1024 + (int) (flow % FLOWS_PER_CLIENT) * 4001;
        Memory.putI32(tcp, port << 16 | PORT);
        Memory.putU8(tcp + 12, Tcp.MIN_HEADER_LENGTH / 4 << 4);
        Memory.putU8(tcp + 13, tcpFlags);
    }
}
