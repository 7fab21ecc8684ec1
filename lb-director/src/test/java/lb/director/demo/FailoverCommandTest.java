package lb.director.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.IntStream;
import lb.director.lab.DebianPackages;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Two directors, 200 connections that go on through every way to lose the Active. */
class FailoverCommandTest {
    private static final int LONG_RUNS = 10;

    private final StringWriter output = new StringWriter();

    static IntStream runs() {
        return IntStream.rangeClosed(1, Boolean.getBoolean("lb.long") ? LONG_RUNS : 1);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void noneOf200ConnectionsIsBrokenByAStopACrashOrALostLink(int run) throws Exception {
        if (!Boolean.parseBoolean(System.getenv("CI"))) {
            assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
            assumeTrue(DebianPackages.missing().isEmpty(), "missing: " + DebianPackages.missing());
        }
        assertThat(execute("failover", "--json")).as("run %s: %s", run, output).isZero();

        JsonNode events = new ObjectMapper().readTree(output.toString()).path("events");
        assertThat(events).hasSize(6);
        int answered = 0;
        for (JsonNode event : events) {
            assertThat(event.path("broken").asInt()).isZero();
            assertThat(event.path("resets").asInt()).isZero();
            assertThat(event.path("newFailed").asInt()).isZero();
            answered += event.path("newAnswered").asInt();
            assertThat(event.path("holders")).hasSizeGreaterThanOrEqualTo(2);
        }
        // Not in each: a stop is over after some 60 ms.
        assertThat(answered).isGreaterThan(50);
        // Silence, then Active_Down_Interval, cannot be shorter than theory has it.
        assertThat(events.get(2).path("takeoverMillis").asDouble()).isGreaterThan(260);
    }

    @ParameterizedTest
    @CsvSource({
        "--connections, 0, --connections 0 is not 1 to 5000",
        "--connections, 5001, --connections 5001 is not 1 to 5000",
        "--interval, 0.001, --interval 0.001 is not 0.01 to 40.95",
        "--interval, NaN, --interval NaN is not 0.01 to 40.95"
    })
    void wrongArgumentsAreNamed(String option, String value, String complaint) {
        assertThat(execute("failover", option, value)).isEqualTo(2);
        assertThat(output.toString()).contains(complaint);
    }

    private int execute(String... words) {
        return new CommandLine(new DemoCommand())
                .setOut(new PrintWriter(output))
                .setErr(new PrintWriter(output))
                .execute(words);
    }
}
