package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The socket options of packet(7) by name, for one socket. One thread at a time. */
final class PacketOptions {
    private static final int SOL_PACKET = 263;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_COPY_THRESH = 7;
    private static final int PACKET_VERSION = 10;
    private static final int PACKET_RESERVE = 12;
    private static final int PACKET_TX_RING = 13;
    private static final int PACKET_LOSS = 14;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_FANOUT = 18;
    private static final int PACKET_FANOUT_DATA = 22;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int PACKET_IGNORE_OUTGOING = 23;

    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;
    private static final int SO_ATTACH_BPF = 50;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;

    private final int fd;
    private final String interfaceName;

    PacketOptions(int fd, String interfaceName) {
        this.fd = fd;
        this.interfaceName = interfaceName;
    }

    void version(int number) {
        set(SOL_PACKET, PACKET_VERSION, "PACKET_VERSION", number);
    }

    void vnetHeader() {
        set(SOL_PACKET, PACKET_VNET_HDR, "PACKET_VNET_HDR", 1);
    }

    void reserve(int bytes) {
        set(SOL_PACKET, PACKET_RESERVE, "PACKET_RESERVE", bytes);
    }

    void ignoreOutgoing() {
        set(SOL_PACKET, PACKET_IGNORE_OUTGOING, "PACKET_IGNORE_OUTGOING", 1);
    }

    /** Frames larger than a V2 slot come whole through recv as well. */
    void copyThreshold() {
        set(SOL_PACKET, PACKET_COPY_THRESH, "PACKET_COPY_THRESH", 1);
    }

    void bypassQueueing() {
        set(SOL_PACKET, PACKET_QDISC_BYPASS, "PACKET_QDISC_BYPASS", 1);
    }

    /** A slot that the kernel cannot send is skipped, instead of stopping the ring. */
    void skipMalformed() {
        set(SOL_PACKET, PACKET_LOSS, "PACKET_LOSS", 1);
    }

    void receiveBuffer(int bytes) {
        set(SOL_SOCKET, SO_RCVBUFFORCE, "SO_RCVBUFFORCE", bytes);
    }

    void sendBuffer(int bytes) {
        set(SOL_SOCKET, SO_SNDBUFFORCE, "SO_SNDBUFFORCE", bytes);
    }

    void receiveRing(RingVersion version, RingGeometry ring, int blockTimeoutMillis) {
        if (version == RingVersion.V2) {
            set(SOL_PACKET, PACKET_RX_RING, "PACKET_RX_RING", request(ring));
        } else {
            set(
                    SOL_PACKET,
                    PACKET_RX_RING,
                    "PACKET_RX_RING",
                    ring.blockBytes(),
                    ring.blocks(),
                    ring.slotBytes(),
                    ring.slots(),
                    blockTimeoutMillis,
                    0,
                    0);
        }
    }

    void transmitRing(RingGeometry ring) {
        set(SOL_PACKET, PACKET_TX_RING, "PACKET_TX_RING", request(ring));
    }

    void joinFanout(FanoutMode mode, int group) {
        set(SOL_PACKET, PACKET_FANOUT, "PACKET_FANOUT group " + group, mode.optionFor(group));
    }

    /** The kernel waits until no frame is on its way by the former program. */
    void fanoutProgram(FanoutProgram program) {
        setProgram(SOL_PACKET, PACKET_FANOUT_DATA, "PACKET_FANOUT_DATA", program.code());
    }

    int fanoutGroup() {
        return get(SOL_PACKET, PACKET_FANOUT, "PACKET_FANOUT", 1)[0] & 0xffff;
    }

    int takeError() {
        return get(SOL_SOCKET, SO_ERROR, "SO_ERROR", 1)[0];
    }

    /** Drops since the last call, unsigned. */
    long takeDrops() {
        return get(SOL_PACKET, PACKET_STATISTICS, "PACKET_STATISTICS", 2)[1] & 0xffff_ffffL;
    }

    void refuseAll() {
        filter(new ClassicBpfAssembler().op(ClassicBpfAssembler.RETURN, 0).assemble());
    }

    /** Replaces the filter there was. */
    void filter(byte[] code) {
        setProgram(SOL_SOCKET, SO_ATTACH_FILTER, "SO_ATTACH_FILTER", code);
    }

    /** As {@link #filter}, with a loaded program, which the socket keeps. */
    void filter(Descriptor program) {
        set(SOL_SOCKET, SO_ATTACH_BPF, "SO_ATTACH_BPF", program.fd());
    }

    void refuseNone() {
        set(SOL_SOCKET, SO_DETACH_FILTER, "SO_DETACH_FILTER", 0);
    }

    private static int[] request(RingGeometry ring) {
        return new int[] {ring.blockBytes(), ring.blocks(), ring.slotBytes(), ring.slots()};
    }

    private void set(int level, int option, String name, int... words) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, words);
            PacketCalls.setOption(fd, level, option, value, object(name));
        }
    }

    /** A struct sock_fprog: how many instructions, and where. */
    private void setProgram(int level, int option, String name, byte[] code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instructions = arena.allocate(code.length, 8);
            MemorySegment.copy(code, 0, instructions, ValueLayout.JAVA_BYTE, 0, code.length);
            MemorySegment program = arena.allocate(16, 8);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) (code.length / 8));
            program.set(ValueLayout.ADDRESS, 8, instructions);
            PacketCalls.setOption(fd, level, option, program, object(name));
        }
    }

    private int[] get(int level, int option, String name, int words) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT, words);
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, words * Integer.BYTES);
            PacketCalls.option(fd, level, option, value, size, object(name));
            return value.toArray(ValueLayout.JAVA_INT);
        }
    }

    private String object(String name) {
        return name + " on " + interfaceName;
    }
}
