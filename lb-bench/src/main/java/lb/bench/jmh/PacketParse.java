package lb.bench.jmh;

import java.util.concurrent.TimeUnit;
import lb.core.wire.Ethernet;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import lb.core.wire.Tcp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading a frame's headers, the check of the IPv4 header checksum included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class PacketParse {
    /** What the frames are. */
    @Param({"ipv4", "ipv6", "vlan-ipv4"})
    public String shape = "";

    private static final int SLOT_BYTES = 2048;

    private final long start = Memory.allocateForever((long) BenchDirector.BATCH * SLOT_BYTES);
    private final Packet packet = new Packet();
    private int length;

    /** Writes the frames. */
    @Setup
    public void write() {
        for (int i = 0; i < BenchDirector.BATCH; i++) {
            length = write(start + (long) i * SLOT_BYTES, i);
        }
    }

    private int write(long frame, int client) {
        int offset = Ethernet.HEADER_LENGTH;
        Ethernet.putType(frame, shape.equals("ipv6") ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4);
        if (shape.equals("vlan-ipv4")) {
            Ethernet.putType(frame, Ethernet.TYPE_VLAN);
            Memory.putI32(frame + offset, 1 << 16 | Ethernet.TYPE_IPV4);
            offset += Ethernet.TAG_LENGTH;
        }
        long ip = frame + offset;
        int header = shape.equals("ipv6") ? Ipv6.HEADER_LENGTH : Ipv4.MIN_HEADER_LENGTH;
        if (shape.equals("ipv6")) {
            Ipv6.write(
                    ip,
                    Tcp.MIN_HEADER_LENGTH,
                    IpProtocol.TCP,
                    64,
                    0xfd00L << 48,
                    client,
                    0xfd00L << 48,
                    1);
        } else {
            int total = Ipv4.MIN_HEADER_LENGTH + Tcp.MIN_HEADER_LENGTH;
            Ipv4.write(ip, 0, total, 1, 0, 64, IpProtocol.TCP, 11 << 24 | client, ClientFrames.VIP);
        }
        Memory.putI32(ip + header, 1024 << 16 | ClientFrames.PORT);
        Memory.putU8(ip + header + 12, Tcp.MIN_HEADER_LENGTH / 4 << 4);
        Memory.putU8(ip + header + 13, Tcp.ACK);
        return offset + header + Tcp.MIN_HEADER_LENGTH;
    }

    /** Parses a batch. */
    @Benchmark
    @OperationsPerInvocation(BenchDirector.BATCH)
    public long parse() {
        long sum = 0;
        for (int i = 0; i < BenchDirector.BATCH; i++) {
            if (packet.parse(start + (long) i * SLOT_BYTES, length) != Packet.Shape.TRANSPORT) {
                throw new IllegalStateException("a frame of ours is not read");
            }
            sum += packet.sourceLow() + packet.ports();
        }
        return sum;
    }
}
