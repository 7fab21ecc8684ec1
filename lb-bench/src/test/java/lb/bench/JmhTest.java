package lb.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What the build asks of the benchmarks: that the frame path makes no garbage, and that every one
 * still runs.
 */
class JmhTest {
    /** Less than a byte in two frames: what JMH itself allocates in a short run, and no object. */
    private static final double NO_GARBAGE = 0.5;

    /**
     * As many batches however busy the machine is, so that what JMH itself allocates is always
     * little beside them.
     */
    private static final int BATCHES = 50_000;

    @BeforeAll
    static void letOtherBuildsMeasureToo() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void anEstablishedFrameAllocatesNothing() throws RunnerException {
        assertNoGarbage(
                measured("EstablishedFrame")
                        .param("connections", "1000", "100000")
                        .param("framesPerSecond", "1000000"));
    }

    @Test
    void anEstablishedFrameOfAnotherShapeAllocatesNothing() throws RunnerException {
        assertNoGarbage(
                measured("EstablishedShape")
                        .param("connections", "1000")
                        .param("shape", "ipv6", "tagged"));
    }

    @Test
    void aSynUnderMhAllocatesNothing() throws RunnerException {
        assertNoGarbage(measured("SynUnderMh").param("connections", "1000"));
    }

    @Test
    void aNewConnectionIsSeenToAllocate() throws RunnerException {
        Collection<RunResult> results =
                new Runner(
                                measured("NewConnection\\.")
                                        .param("connections", "1000")
                                        .param("scheduler", "rr")
                                        .build())
                        .run();
        assertThat(results).hasSize(1);
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(bytesPerFrame(result))
                                .as("the check above is worth something only if it sees an object")
                                .isBetween(100.0, 500.0));
    }

    @Test
    void everyBenchmarkRuns() throws RunnerException {
        Collection<RunResult> results =
                new Runner(
                                options(".*")
                                        .forks(0)
                                        .warmupIterations(0)
                                        .measurementIterations(1)
                                        .measurementTime(TimeValue.milliseconds(10))
                                        .param("connections", "1000")
                                        .param("realServers", "3")
                                        .param("services", "1")
                                        .build())
                        .run();
        Set<String> ran = new TreeSet<>();
        results.forEach(result -> ran.add(result.getParams().getBenchmark()));
        Set<String> known = new TreeSet<>();
        BenchmarkList.defaultList()
                .getAll(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        List.of())
                .forEach(entry -> known.add(entry.getUsername()));
        assertThat(ran).isEqualTo(known).hasSizeGreaterThan(12);
    }

    private static void assertNoGarbage(ChainedOptionsBuilder options) throws RunnerException {
        Collection<RunResult> results = new Runner(options.build()).run();
        assertThat(results).isNotEmpty();
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(bytesPerFrame(result))
                                .as(JmhReport.name(result) + " bytes allocated per frame")
                                .isLessThan(NO_GARBAGE));
    }

    private static ChainedOptionsBuilder measured(String pattern) {
        return options(pattern)
                .forks(1)
                .jvmArgs(JmhCommand.JVM.toArray(String[]::new))
                .addProfiler(GCProfiler.class)
                .mode(Mode.SingleShotTime)
                .warmupIterations(1)
                .warmupBatchSize(BATCHES)
                .measurementIterations(1)
                .measurementBatchSize(BATCHES);
    }

    /** In a single shot the profiler counts all its batches as one. */
    private static double bytesPerFrame(RunResult result) {
        return JmhReport.bytesPerFrame(result) / BATCHES;
    }

    private static ChainedOptionsBuilder options(String pattern) {
        return new OptionsBuilder()
                .include(pattern)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }
}
