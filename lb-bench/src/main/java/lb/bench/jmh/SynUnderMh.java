package lb.bench.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import lb.core.wire.Tcp;
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

/** A SYN under mh from a client of no connection: computed and forwarded, nothing is remembered. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class SynUnderMh {
    private static final long NANOS_PER_FRAME = 1000;
    private static final int STRANGERS = 1 << 30;

    /** Open connections, of other clients. */
    @Param({"1000", "1000000"})
    public int connections;

    private final SplittableRandom random = new SplittableRandom(1);
    private BenchDirector director;

    /** Opens the other clients' connections. */
    @Setup
    public void open() {
        director = new BenchDirector("mh", 4L * connections, NANOS_PER_FRAME);
        director.open(0, connections, Tcp.ACK);
    }

    /** Writes the next batch; not measured. */
    @Setup(Level.Invocation)
    public void receive() {
        director.clear();
        for (int i = 0; i < BenchDirector.BATCH; i++) {
            director.add((long) connections + random.nextInt(STRANGERS), Tcp.SYN);
        }
    }

    /** A batch through the director. */
    @Benchmark
    @OperationsPerInvocation(BenchDirector.BATCH)
    public void frame() {
        director.onFrames();
    }

    /** Whether it was what it says. */
    @TearDown
    public void verify() {
        director.verifyAllForwarded();
        director.verifyConnections(connections, connections);
    }
}
