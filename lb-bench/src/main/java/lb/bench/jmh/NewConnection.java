package lb.bench.jmh;

import java.util.concurrent.TimeUnit;
import lb.core.connection.ConnectionState;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
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

/**
 * A segment that makes a connection: under mh the first one after the handshake, under rr the SYN.
 *
 * <p>The clock runs just as fast as makes the oldest connections expire at the rate of the new
 * ones, so their end is part of the score and their number stays. One thread does all of it; see
 * {@link NewConnectionBesideUpkeep} for how it is in a director.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class NewConnection {
    /** Live connections. */
    @Param({"1000", "1000000"})
    public int connections;

    /** The scheduler. */
    @Param({"mh", "rr"})
    public String scheduler;

    private BenchDirector director;
    private int tcpFlags;
    private long nextFlow;

    /** Opens as many connections as there are to be at any time. */
    @Setup
    public void open() {
        boolean computed = scheduler.equals("mh");
        tcpFlags = computed ? Tcp.ACK : Tcp.SYN;
        ConnectionState state = computed ? ConnectionState.ESTABLISHED : ConnectionState.SYN_RECV;
        long nanosPerFrame = TimeUnit.SECONDS.toNanos(state.defaultTimeoutSeconds()) / connections;
        director =
                new BenchDirector(
                        BenchServices.table(scheduler, 3),
                        table(4L * connections),
                        nanosPerFrame,
                        ClientFrames.Shape.IPV4);
        director.open(0, connections, tcpFlags);
        nextFlow = connections;
    }

    /** A table of which this thread takes care, too. */
    ConnectionTable table(long maximum) {
        return new ConnectionTable(maximum, Timeouts.DEFAULT, Runnable::run);
    }

    /** Writes the next batch; not measured. */
    @Setup(Level.Invocation)
    public void receive() {
        director.clear();
        for (int i = 0; i < BenchDirector.BATCH; i++) {
            director.add(nextFlow++, tcpFlags);
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
        director.verifyConnections(connections * 9L / 10, connections * 11L / 10);
    }
}
