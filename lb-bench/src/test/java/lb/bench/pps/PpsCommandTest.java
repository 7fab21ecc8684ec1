package lb.bench.pps;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lb.bench.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PpsCommandTest {
    private static CommandRun run(String... words) {
        List<String> all = new ArrayList<>(List.of("pps"));
        all.addAll(List.of(words));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void aShortRunForwardsThroughEachForwarderAndReportsAllOfIt(@TempDir Path folder)
            throws IOException {
        CommandRun.needsRoot();
        Path file = folder.resolve("new/pps.json");
        CommandRun run =
                run(
                        "--rounds",
                        "1",
                        "--seconds",
                        "1",
                        "--warm-up",
                        "1",
                        "--flows",
                        "1000",
                        "--forwarders",
                        "lb-v2,nftables,bridge",
                        "--json",
                        file.toString());
        assertThat(run.ended().printed())
                .contains("1,000 flows", "| lb-v2 |", "| nftables |", "| bridge |")
                .contains("lb-v2, by median:", " of nftables", " of bridge")
                .doesNotContain("Left out");
        JsonNode root = new ObjectMapper().readTree(file.toFile());
        assertThat(root.at("/forwarders").findValuesAsText("name"))
                .containsExactly("lb-v2", "nftables", "bridge");
        assertThat(root.at("/machine/kernel").asText()).isNotBlank();
        assertThat(root.at("/cores/forwarder").isInt()).isTrue();
        for (JsonNode forwarder : root.at("/forwarders")) {
            assertThat(forwarder.at("/rounds")).hasSize(1);
            JsonNode round = forwarder.at("/rounds/0");
            assertThat(round.path("forwardedMpps").asDouble()).isPositive();
            assertThat(round.path("forwardedMpps").asDouble())
                    .isLessThanOrEqualTo(round.path("offeredMpps").asDouble() * 1.1);
            assertThat(round.path("generatorSecondsPerMillion").asDouble()).isPositive();
            assertThat(forwarder.at("/ratioTo")).hasSize(2);
        }
        assertThat(root.at("/forwarders/0/rounds/0/forwarderSecondsPerMillion").asDouble())
                .isPositive();
    }

    /** What is not measured by default: each once, two at a time. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --pattern syn --one-armed --forwarders lb-v3,nftables,bridge | Pattern syn, 100,000 flows, as many frames as can be, one-armed, IPv4, frames of 60 bytes
                    --pattern mixed --ipv6 --forwarders lb-v2,nftables | Pattern mixed, 100,000 flows, as many frames as can be, two-armed, IPv6, frames of 74, 594, 1514 bytes
                    --pattern new --rate 20000 --forwarders lb-v3 | Pattern new, 100,000 flows, 20,000 frames a second, two-armed, IPv4, frames of 60 bytes
                    """)
    void otherFramesAndOtherNetworksAreForwardedToo(String words, String title) {
        CommandRun.needsRoot();
        List<String> all =
                new ArrayList<>(List.of("--rounds", "1", "--seconds", "1", "--warm-up", "1"));
        all.addAll(List.of(words.split(" ")));
        assertThat(run(all.toArray(String[]::new)).ended().printed())
                .contains(title)
                .contains(forwarders(words))
                .doesNotContain("Left out");
    }

    private static List<String> forwarders(String words) {
        String names = words.substring(words.lastIndexOf(' ') + 1);
        return Stream.of(names.split(",")).map(name -> "| " + name + " |").toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --fast                   | Unknown option: '--fast'
                    --json                   | Missing required parameter for option '--json' (FILE)
                    --flows 0                | --flows needs a whole number from 1 to 10000000, not '0'
                    --flows 10000001         | --flows needs a whole number from 1 to 10000000, not '10000001'
                    --rate -1                | --rate needs a whole number from 0 to 2000000, not '-1'
                    --seconds 61             | --seconds needs a whole number from 1 to 60, not '61'
                    --seconds x              | Invalid value for option '--seconds': 'x' is not an int
                    --warm-up 0              | --warm-up needs a whole number from 1 to 60, not '0'
                    --rounds 101             | --rounds needs a whole number from 1 to 100, not '101'
                    --pattern flood          | expected one of [ESTABLISHED, MIXED, NEW, SYN] (case-insensitive) but was 'flood'
                    --forwarders lb-v2,ipvs  | testpmd-af_xdp] but was 'ipvs'
                    """)
    void wrongArgumentsAreNamed(String words, String complaint) {
        run(words.split(" ")).refused(complaint, "lb bench pps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-1", "0,1", "0-7,9", "0,1-3"})
    void theFirstTwoProcessorsThatAreAllowedAreTaken(String list) {
        assertThat(Cores.of(list)).isEqualTo(new Cores(0, 1));
    }

    @Test
    void oneProcessorDoesForBoth() {
        assertThat(Cores.of("3")).isEqualTo(new Cores(3, 3));
        assertThat(Cores.of("2,5-6")).isEqualTo(new Cores(2, 5));
    }
}
