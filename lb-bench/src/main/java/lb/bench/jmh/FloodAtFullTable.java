package lb.bench.jmh;

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

/** A SYN under rr when the table is full: each one makes a connection, and one has to go. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class FloodAtFullTable {
    private static final long NANOS_PER_FRAME = 1000;

    /** The newcomers that the table holds: a quarter of its places, and full. */
    @Param("1000000")
    public int connections;

    private BenchDirector director;
    private long nextFlow;

    /** Fills the table. */
    @Setup
    public void open() {
        director = new BenchDirector("rr", 4L * connections, NANOS_PER_FRAME);
        director.open(0, connections, Tcp.SYN);
        nextFlow = connections;
    }

    /** Writes the next batch; not measured. */
    @Setup(Level.Invocation)
    public void receive() {
        director.clear();
        for (int i = 0; i < BenchDirector.BATCH; i++) {
            director.add(nextFlow++, Tcp.SYN);
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
        director.verifyConnections(connections * 9L / 10, connections);
        if (director.evictions() == 0) {
            throw new IllegalStateException("the table was never full");
        }
    }
}
