package lb.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @Test
    void theHelpNamesEveryBenchmark() {
        assertThat(CommandRun.of("--help").ended().printed())
                .contains(Main.commandLine().getSubcommands().keySet());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"jmh", "pps", "latency", "goodput", "cps", "scale", "failover", "compare"})
    void theHelpOfABenchmarkMeasuresNothing(String command) {
        assertThat(CommandRun.of(command, "--help").ended().printed())
                .startsWith("Usage: lb bench " + command)
                .contains("--help")
                .doesNotContain("${");
    }

    @Test
    void whatIsNoBenchmarkIsRefused() {
        CommandRun.of("fast").refused("Unmatched argument at index 0: 'fast'", "lb bench");
        CommandRun.of().refused("Missing required subcommand", "lb bench");
    }
}
