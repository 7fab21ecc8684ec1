package lb.bench.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import lb.core.connection.Connection;
import lb.core.connection.ConnectionState;
import lb.core.connection.ConnectionTable;
import lb.core.connection.FlowIndex;
import lb.core.connection.FlowProbe;
import lb.core.connection.Timeouts;
import lb.core.service.RealServer;
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
 * The table that all workers share: the look-up of a flow that another worker opened, and the cost
 * of a touch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class ConnectionTableLookup {
    /** Connections in it. */
    @Param({"1000", "100000", "1000000"})
    public int connections;

    /** Whether the flows looked for are in it. */
    @Param({"true", "false"})
    public boolean hit;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Probes probes = new Probes();
    private ConnectionTable table;

    /** Fills it. */
    @Setup
    public void fill() {
        RealServer server =
                BenchServices.service(BenchServices.table("rr", 1)).realServers().getFirst();
        FlowProbe flow = new FlowProbe();
        FlowIndex owner = new FlowIndex();
        table = new ConnectionTable(4L * connections, Timeouts.DEFAULT, Runnable::run);
        for (int i = 0; i < connections; i++) {
            probes.aim(flow, i);
            table.add(new Connection(flow, server, owner, null, ConnectionState.ESTABLISHED, 0));
        }
    }

    /** Aims the next batch of keys; not measured. */
    @Setup(Level.Invocation)
    public void aim() {
        probes.aim(random, hit ? 0 : connections, connections);
    }

    /** Looks up a batch. */
    @Benchmark
    @OperationsPerInvocation(BenchDirector.BATCH)
    public void find(Blackhole blackhole) {
        for (FlowProbe probe : probes.all()) {
            blackhole.consume(table.find(probe));
        }
    }

    /** Whether it was what it says. */
    @TearDown
    public void verify() {
        for (FlowProbe probe : probes.all()) {
            if ((table.find(probe) != null) != hit) {
                throw new IllegalStateException("not looked up as it says");
            }
        }
    }
}
