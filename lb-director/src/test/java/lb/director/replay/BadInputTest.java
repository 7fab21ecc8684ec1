package lb.director.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code lb replay} says to files and options that are wrong: one line that names them, and
 * nothing written.
 */
class BadInputTest {
    private static final GoldenCase GOOD = GoldenCase.named("tcp-rr");
    private static final int LINK_TYPE_OFFSET = 20;
    private static final byte LINUX_COOKED = 113;

    @TempDir private Path folder;
    private Path in;
    private Path out;

    @BeforeEach
    void aCaptureOfOurOwn() throws IOException {
        in = Files.copy(GOOD.file("in.pcap"), folder.resolve("in.pcap"));
        out = folder.resolve("out.pcap");
    }

    @Test
    void aMissingCaptureIsNamed() {
        in = folder.resolve("nothing.pcap");
        refused(1, "cannot read " + in, "No such file");
        assertThat(out).doesNotExist();
    }

    @Test
    void aFileThatIsNoCaptureIsNamed() throws IOException {
        Files.writeString(in, "these are the frames that you seek, and they are not");
        refused(1, "cannot read " + in + " as a capture (pcap or pcapng)");
        assertThat(out).doesNotExist();
    }

    @Test
    void anEmptyFileIsNoCapture() throws IOException {
        Files.write(in, new byte[0]);
        refused(1, "cannot read " + in);
    }

    @Test
    void anotherLinkTypeIsNamed() throws IOException {
        byte[] bytes = Files.readAllBytes(in);
        bytes[LINK_TYPE_OFFSET] = LINUX_COOKED;
        Files.write(in, bytes);
        refused(1, in + ": its link type is 113", "only Ethernet (1) can be replayed");
        assertThat(out).doesNotExist();
    }

    @Test
    void aCaptureThatBreaksOffIsPlayedUpToThere() throws IOException {
        byte[] bytes = Files.readAllBytes(in);
        Files.write(in, Arrays.copyOf(bytes, bytes.length - 1));
        refused(1, in + " is damaged after frame 11", "truncated");
        assertThat(out).exists();
    }

    @Test
    void anOutputThatCannotBeWrittenIsNamed() {
        out = folder.resolve("no-such-folder").resolve("out.pcap");
        refused(1, "cannot write " + out, "No such file or directory");
    }

    @Test
    void aFolderIsNoOutput() {
        out = folder;
        refused(1, "cannot write " + out, "directory");
    }

    @Test
    void aFullDiskIsAnErrorOfOneLine() {
        out = Path.of("/dev/full");
        refused(1, "cannot write /dev/full");
    }

    @Test
    void theInputIsNeverOverwritten() throws IOException {
        byte[] before = Files.readAllBytes(in);
        out = in;
        refused(2, "--in and --out are the same file");
        assertThat(in).hasBinaryContent(before);
    }

    @Test
    void theInputIsNotOverwrittenThroughALinkEither() throws IOException {
        byte[] before = Files.readAllBytes(in);
        out = Files.createSymbolicLink(folder.resolve("link.pcap"), in);
        refused(2, "--in and --out are the same file");
        assertThat(in).hasBinaryContent(before);
    }

    @Test
    void aMissingConfigurationIsNamed() {
        Path configuration = folder.resolve("no.conf");
        GoldenCase.Outcome outcome =
                GoldenCase.lb(
                        "replay",
                        "-c",
                        configuration.toString(),
                        "--in",
                        in.toString(),
                        "--out",
                        out.toString());
        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.errors()).contains(configuration.toString());
        assertThat(out).doesNotExist();
    }

    @Test
    void aNeighbourWithoutAMacAddressIsRefused() {
        assertRefused(2, List.of("--neighbour", "nonsense"), "--neighbour", "IP=MAC", "nonsense");
    }

    @Test
    void aNeighbourThatIsNoAddressIsRefused() {
        assertRefused(
                2,
                List.of("--neighbour", "web1=02:00:00:00:00:01"),
                "'web1' is not an IPv4 or IPv6 address");
    }

    @Test
    void aNeighbourWhoseMacAddressIsNoneIsRefused() {
        assertRefused(
                2,
                List.of("--neighbour", "10.0.205.2=02:00:00:00:00"),
                "'02:00:00:00:00' is not a MAC address");
    }

    @Test
    void aNeighbourThatIsNoRealServerIsRefused() {
        assertRefused(
                2,
                List.of("--neighbour", "10.0.205.9=02:00:00:00:00:01"),
                "--neighbour 10.0.205.9",
                "has no such real server; it has: 10.0.205.2 10.0.205.3");
    }

    @Test
    void aMacOptionThatIsNoneIsRefused() {
        assertRefused(2, List.of("--mac", "eth0"), "--mac", "'eth0' is not a MAC address");
    }

    @Test
    void unknownMacAddressesAreAskedFor() {
        GoldenCase.Outcome outcome = replay(List.of());
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.errors())
                .contains("add --neighbour 10.0.205.2=MAC --neighbour 10.0.205.3=MAC");
    }

    private void refused(int exitCode, String... said) {
        assertRefused(exitCode, List.of(), said);
    }

    private void assertRefused(int exitCode, List<String> more, String... said) {
        GoldenCase.Outcome outcome = replay(more);
        assertThat(outcome.exitCode()).as(outcome.errors()).isEqualTo(exitCode);
        assertThat(outcome.errors()).startsWith("lb: ").contains(said).doesNotContain("Exception");
        assertThat(outcome.errors().lines()).hasSize(1);
    }

    private GoldenCase.Outcome replay(List<String> more) {
        List<String> arguments =
                new ArrayList<>(List.of("replay", "-c", GOOD.file("config.conf").toString()));
        arguments.addAll(List.of("--in", in.toString(), "--out", out.toString()));
        arguments.addAll(more);
        return GoldenCase.lb(arguments.toArray(String[]::new));
    }
}
