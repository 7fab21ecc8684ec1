package lb.bench.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import lb.core.connection.FlowProbe;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
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
import org.openjdk.jmh.infra.Blackhole;

/** One choice of each scheduler; asked once per connection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 150, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 150, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class SchedulerSelect {
    /** The scheduler. */
    @Param({
        "rr",
        "wrr",
        "lc",
        "wlc",
        "sed",
        "nq",
        "sh",
        "dh",
        "mh",
        "fo",
        "ovf",
        "twos",
        "mh-bounded",
        "ketama",
        "rendezvous"
    })
    public String scheduler;

    /** Real servers of the service. */
    @Param({"3", "100", "1000"})
    public int realServers;

    private final Probes probes = new Probes();
    private Scheduler chooser;

    /** Builds the service; every real server has some connections. */
    @Setup
    public void build() {
        SplittableRandom random = new SplittableRandom(1);
        var service = BenchServices.service(BenchServices.table(scheduler, realServers));
        for (RealServer server : service.realServers()) {
            for (int i = random.nextInt(1, 100); i > 0; i--) {
                server.connectionOpened(random.nextBoolean());
            }
        }
        chooser = service.scheduler(0);
        probes.aim(random, 0, 1 << 20);
    }

    /** Chooses for a batch of flows. */
    @Benchmark
    @OperationsPerInvocation(BenchDirector.BATCH)
    public void select(Blackhole blackhole) {
        for (FlowProbe flow : probes.all()) {
            RealServer chosen = chooser.select(flow);
            if (chosen == null) {
                throw new IllegalStateException("nobody was chosen");
            }
            blackhole.consume(chosen);
        }
    }
}
