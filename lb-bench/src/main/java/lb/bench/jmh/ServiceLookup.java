package lb.bench.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The table of virtual services, by address, protocol and port: a look-up for each frame that does
 * not go straight. Two clock reads for 64 look-ups are in the score.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class ServiceLookup {
    private static final long CLIENT = IpAddress.mapped(11 << 24 | 1);

    /** Services in it, each with a VIP of its own. */
    @Param({"1", "100", "1000"})
    public int services;

    /** Whether what is looked for is in it; else the port is another one. */
    @Param({"true", "false"})
    public boolean hit;

    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] vips = new long[BenchDirector.BATCH];
    private ServiceTable table;

    /** Fills it. */
    @Setup
    public void fill() {
        table = BenchServices.table("rr", services, 1);
    }

    /** Picks the next batch of VIPs at random; not measured. */
    @Setup(Level.Invocation)
    public void aim() {
        for (int i = 0; i < vips.length; i++) {
            vips[i] = IpAddress.mapped(ClientFrames.VIP + random.nextInt(services));
        }
    }

    /** Looks up a batch. */
    @Benchmark
    @OperationsPerInvocation(BenchDirector.BATCH)
    public void find(Blackhole blackhole) {
        for (long vip : vips) {
            blackhole.consume(find(vip));
        }
    }

    private @Nullable VirtualService find(long vip) {
        int port = hit ? ClientFrames.PORT : ClientFrames.PORT + 1;
        return table.find(0, CLIENT, 0, vip, IpProtocol.TCP, port);
    }

    /** Whether it was what it says. */
    @TearDown
    public void verify() {
        for (long vip : vips) {
            if ((find(vip) != null) != hit) {
                throw new IllegalStateException("not looked up as it says");
            }
        }
    }
}
