package lb.bench.jmh;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import lb.core.wire.Tcp;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The heap that a connection takes: itself, its place in the table and in the worker's index. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@SuppressWarnings("NullAway.Init")
public class ConnectionFootprint {
    /** Connections that are opened. */
    @Param({"100000", "1000000"})
    public int connections;

    private BenchDirector director;
    private long before;

    /** Heap bytes for each connection, as a result of its own. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Heap {
        /** The result. */
        public double bytesPerConnection;
    }

    /** An empty director, and the heap with it. */
    @Setup
    public void build() {
        director = new BenchDirector("mh", 4L * connections, 1000);
        before = usedBytes();
    }

    /** Opens the connections; the time is that of a cold start. */
    @Benchmark
    public void open(Heap heap) {
        director.open(0, connections, Tcp.ACK);
        director.verifyConnections(connections, connections);
        heap.bytesPerConnection = (double) (usedBytes() - before) / connections;
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
