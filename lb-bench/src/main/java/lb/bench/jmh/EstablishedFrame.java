package lb.bench.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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

/**
 * A segment of an open connection, picked at random out of all: parse, service, connection,
 * counters, rewrite, copy.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class EstablishedFrame {
    /** Open connections. */
    @Param({"1000", "100000", "1000000"})
    public int connections;

    /**
     * The rate that the director's clock pretends: it decides how often a connection is due to be
     * touched in the table. 0: the clock stands, and the table never hears of a frame.
     */
    @Param({"0", "1000000"})
    public int framesPerSecond;

    private final SplittableRandom random = new SplittableRandom(1);
    private BenchDirector director;

    /** Opens the connections. */
    @Setup
    public void open() {
        long nanosPerFrame =
                framesPerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / framesPerSecond;
        director = new BenchDirector("mh", 4L * connections, nanosPerFrame);
        director.establish(0, connections);
    }

    /** Writes the next batch; not measured. */
    @Setup(Level.Invocation)
    public void receive() {
        director.receive(random, connections);
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
