package lb.bench.jmh;

import java.util.concurrent.TimeUnit;
import lb.core.channel.FrameBatch;
import lb.core.forward.DirectRouting;
import lb.core.forward.Readdressing;
import lb.core.service.NextHop;
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

/**
 * Writing both MAC addresses, the time to live and its checksum. The frames are rewritten again and
 * again: that the time to live runs round from 0 to 255 costs the same.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class Rewrite {
    /** Whether the time to live stays. */
    @Param({"false", "true"})
    public boolean keepTimeToLive;

    private final NextHop next = new NextHop(1, 0x02_06_00_00_00_01L, 0x02_00_00_00_00_03L, 1500);
    private final FrameBatch batch = new FrameBatch(BenchDirector.BATCH);
    private final Packet[] packets = new Packet[BenchDirector.BATCH];
    private final Readdressing readdressing = new Readdressing();
    private DirectRouting routing;

    /** Writes and parses the frames. */
    @Setup
    public void write() {
        routing = new DirectRouting(keepTimeToLive, false);
        ClientFrames frames = new ClientFrames();
        for (int i = 0; i < packets.length; i++) {
            frames.add(batch, i, Tcp.ACK);
            packets[i] = new Packet();
            packets[i].parse(batch.address(i), batch.length(i));
        }
    }

    /** Rewrites a batch. */
    @Benchmark
    @OperationsPerInvocation(BenchDirector.BATCH)
    public void rewrite() {
        for (int i = 0; i < packets.length; i++) {
            long frame = batch.address(i);
            readdressing.to(next, routing, frame, packets[i]).apply(frame);
        }
    }
}
