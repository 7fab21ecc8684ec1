package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lb.director.lab.Bridge;
import lb.director.lab.CommandResult;
import lb.director.lab.Host;
import lb.director.lab.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code lb} says, in one line, when it cannot do what it was asked. */
@Timeout(120)
class AnswersTest {
    private static final String GOOD = DirectorNetwork.configuration("rr");

    private static Lab lab;
    private static Host host;

    @BeforeAll
    static void open() {
        DirectorNetwork.requireRoot();
        lab = Lab.open();
        Bridge bridge = lab.bridge("lan");
        host =
                lab.host("a")
                        .attach(bridge, "eth0", "02:00:00:00:00:01", "10.0.200.21/16")
                        .attach(bridge, "eth1", "02:00:00:00:00:02", "10.9.0.21/16");
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private static Path file(String name, String text) throws IOException {
        return Files.writeString(lab.directory().resolve(name), text);
    }

    private static CommandResult run(Path configuration, String... options) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "run",
                                "-c",
                                configuration.toString(),
                                "--control",
                                lab.directory().resolve("answers.sock").toString()));
        arguments.addAll(List.of(options));
        return LbProgram.run(host, arguments.toArray(String[]::new));
    }

    /** The last line of standard error, after warnings that may stand above; nothing else there. */
    private static void assertAnswer(CommandResult result, int exitCode, String... parts) {
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(exitCode);
        List<String> lines = result.errors().lines().toList();
        assertThat(lines).as(result.toString()).isNotEmpty();
        assertThat(lines.getLast()).startsWith("lb: ").contains(parts);
        assertThat(result.output() + result.errors()).doesNotContain("Exception", "\tat ");
        assertThat(lab.directory().resolve("answers.sock")).doesNotExist();
    }

    @Test
    void withoutCapabilities() throws Exception {
        String[] lb = LbProgram.command("run", "-c", file("good.conf", GOOD).toString());
        CommandResult bare = host.run(LbProgram.TIMEOUT, without("-all", lb));
        assertAnswer(
                bare, 1, "this process lacks CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_BPF", "as root");
        CommandResult noRaw = host.run(LbProgram.TIMEOUT, without("-net_raw", lb));
        assertAnswer(noRaw, 1, "this process lacks CAP_NET_RAW", "as root");
        assertThat(noRaw.errors()).doesNotContain("CAP_NET_ADMIN", "CAP_BPF");
        CommandResult cleanup =
                host.run(LbProgram.TIMEOUT, without("-all", LbProgram.command("cleanup")));
        assertAnswer(cleanup, 1, "this process lacks CAP_NET_ADMIN", "as root");
    }

    private static String[] without(String capabilities, String... command) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--inh-caps=" + capabilities,
                                "--bounding-set=" + capabilities,
                                "--"));
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    @Test
    void onAnInterfaceThatIsNotThereOrDown() throws Exception {
        Path config = file("good.conf", GOOD);
        assertAnswer(
                run(config, "--set", "interface=eth7"),
                1,
                "there is no interface eth7 (there are: lo eth0 eth1)",
                "default_interface");
        DirectorNetwork.shell(host, "ip link set eth1 down");
        assertAnswer(
                run(config, "--set", "interface=eth1"),
                1,
                "interface eth1 is down: ip link set eth1 up");
    }

    @Test
    void asASecondInstance() throws Exception {
        try (RunningDirector first = RunningDirector.start(host, lab.directory(), GOOD)) {
            String before = DirectorNetwork.kernelState(host);
            assertAnswer(
                    run(file("good.conf", GOOD)),
                    1,
                    "another lb forwards on interface eth0 already",
                    "name another interface");
            CommandResult sameSocket =
                    LbProgram.run(
                            host,
                            "run",
                            "-c",
                            file("good.conf", GOOD).toString(),
                            "--control",
                            first.control().toString());
            assertAnswer(sameSocket, 1, first.control().toString(), "--control");
            assertThat(DirectorNetwork.kernelState(host)).isEqualTo(before);
            assertThat(first.ask("status").path("pid").isNumber()).isTrue();
            assertThat(first.ask("status").path("ring").asText())
                    .matches("auto \\(eth0 v[23], changed over \\d+ times\\)");
        }
    }

    @Test
    void withAConfigurationThatCannotBeRead() throws Exception {
        Path missing = lab.directory().resolve("missing.conf");
        assertAnswer(run(missing), 4, "missing.conf has errors, nothing was started");
        assertThat(run(missing).errors()).containsPattern("missing\\.conf.*no such file");
        assertThat(run(lab.directory()).errors()).containsPattern("is a directory");
        assertAnswer(run(lab.directory()), 4, "nothing was started");
        Path secret = file("secret.conf", GOOD);
        assertThat(secret.toFile().setReadable(false)).isTrue();
        CommandResult unreadable =
                host.run(
                        LbProgram.TIMEOUT,
                        without(
                                "-dac_override,-dac_read_search",
                                LbProgram.command("run", "-c", secret.toString())));
        assertAnswer(unreadable, 4, "secret.conf has errors, nothing was started");
        assertThat(unreadable.errors()).containsPattern("secret\\.conf.*permission denied");
    }

    @Test
    void withAConfigurationThatHasErrors() throws Exception {
        CommandResult result = run(file("bad.conf", GOOD.replace("10.0.205.3", "10.0.205.333")));
        assertAnswer(result, 4, "bad.conf has errors, nothing was started");
        assertThat(result.errors()).containsPattern("bad\\.conf:11.*10\\.0\\.205\\.333");
        assertAnswer(run(file("good.conf", GOOD), "--set", "ring=v9"), 4, "nothing was started");
    }

    @Test
    void withWrongOptions() throws Exception {
        assertAnswer(LbProgram.run(host, "run"), 2, "--config", "lb run --help");
        assertAnswer(run(file("good.conf", GOOD), "--nonsense"), 2, "--nonsense");
        assertAnswer(LbProgram.run(host, "rum"), 2, "rum");
    }
}
