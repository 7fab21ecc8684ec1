package lb.bench.jmh;

import java.util.concurrent.TimeUnit;
import lb.director.config.ConfigurationReader;
import lb.director.config.Options;
import lb.director.config.ReadResult;
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

/** A configuration from its text to what it says, without the file. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class ConfigurationLoad {
    /** Virtual services. */
    @Param({"1", "100", "1000"})
    public int services;

    /** Real servers of each. */
    @Param({"10"})
    public int realServers;

    private final Options options = Options.defaults(BenchServices.REGISTRY.names());
    private String text;

    /** Writes the text. */
    @Setup
    public void write() {
        StringBuilder all = new StringBuilder("global_defs {\n    default_interface eth0\n}\n");
        for (int i = 0; i < services; i++) {
            all.append(
                    "virtual_server 10.0.%d.%d 80 {%n    lvs_sched wrr%n    lvs_method DR%n    protocol TCP%n"
                            .formatted(i >> 8, i & 0xff));
            for (int server = 0; server < realServers; server++) {
                all.append(
                        "    real_server 10.%d.%d.%d 80 {%n        weight %d%n    }%n"
                                .formatted(1 + server, i >> 8, i & 0xff, 1 + server % 10));
            }
            all.append("}\n");
        }
        text = all.toString();
    }

    /** Reads it. */
    @Benchmark
    public ReadResult read() {
        ReadResult result = ConfigurationReader.read("bench.conf", text, options);
        if (!result.errors().isEmpty()) {
            throw new IllegalStateException("our own configuration: " + result.errors());
        }
        return result;
    }
}
