package lb.director.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import lb.core.director.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Capture and configuration in, capture and explanation out, byte for byte, through {@code lb
 * replay}. Nothing is written here: see {@link WriteGoldenCases}.
 */
class GoldenCapturesTest {
    /** Those that no capture file can bring about. */
    private static final Set<Verdict> NOT_IN_A_REPLAY =
            EnumSet.of(
                    Verdict.REAL_SERVER_GONE, // a replay has one configuration
                    Verdict.TRANSMIT_QUEUE_FULL, // a file is never full, or it is an error
                    Verdict.GATE_CLOSED, // no VRRP
                    Verdict.INTERNAL_ERROR);

    @TempDir private Path folder;

    static List<GoldenCase> cases() throws IOException {
        return GoldenCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theInputIsWhatItsTextSays(GoldenCase golden) throws IOException {
        byte[] told = CaptureText.pcap(Files.readString(golden.file("in.txt")));

        assertThat(Files.readAllBytes(golden.file("in.pcap"))).isEqualTo(told);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theReplaySendsAndSaysTheSameAsEver(GoldenCase golden) throws IOException {
        Path out = folder.resolve("out.pcap");

        GoldenCase.Outcome outcome = golden.play(out);

        assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
        assertThat(outcome.output()).isEqualTo(Files.readString(golden.file("explain.txt")));
        assertThat(out).hasSameBinaryContentAs(golden.file("out.pcap"));
    }

    @Test
    void everyVerdictThatACaptureCanHaveOccurs() throws IOException {
        EnumSet<Verdict> missing = EnumSet.complementOf(EnumSet.copyOf(NOT_IN_A_REPLAY));
        for (GoldenCase golden : cases()) {
            String explanation = Files.readString(golden.file("explain.txt"));
            missing.removeIf(verdict -> explanation.contains(" " + verdict + " "));
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void withoutExplainOnlyTheSumsAreTold() throws IOException {
        GoldenCase golden = GoldenCase.named("ttl-1");
        List<String> arguments = golden.arguments(folder.resolve("out.pcap"));
        arguments.remove("--explain");

        GoldenCase.Outcome outcome = GoldenCase.lb(arguments.toArray(String[]::new));

        assertThat(outcome.output().lines())
                .containsExactly(
                        "5 frames",
                        "           2  FORWARDED            sent on to a real server",
                        "           3  TTL_EXPIRED          time to live ended here");
        assertThat(folder.resolve("out.pcap")).hasSameBinaryContentAs(golden.file("out.pcap"));
    }
}
