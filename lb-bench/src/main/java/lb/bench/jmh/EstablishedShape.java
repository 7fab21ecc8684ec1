package lb.bench.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import lb.core.service.ServiceTable;
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

/** A segment of an open connection, as in {@link EstablishedFrame}, in frames of other shapes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class EstablishedShape {
    private static final long NANOS_PER_FRAME = 1000;

    /** Open connections. */
    @Param({"100000"})
    public int connections;

    /** What the frames are. */
    @Param({"ipv4", "ipv6", "tagged"})
    public String shape = "";

    private final SplittableRandom random = new SplittableRandom(1);
    private BenchDirector director;

    /** Opens the connections. */
    @Setup
    public void open() {
        ServiceTable services =
                shape.equals("ipv6")
                        ? BenchServices.ipv6Table("mh", 3)
                        : BenchServices.table("mh", 3);
        ClientFrames.Shape frames =
                switch (shape) {
                    case "ipv6" -> ClientFrames.Shape.IPV6;
                    case "tagged" -> ClientFrames.Shape.TAGGED;
                    case "ipv4" -> ClientFrames.Shape.IPV4;
                    default -> throw new IllegalArgumentException("no shape " + shape);
                };
        director = new BenchDirector(services, 4L * connections, NANOS_PER_FRAME, frames);
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
