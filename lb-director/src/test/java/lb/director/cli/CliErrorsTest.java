package lb.director.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import lb.director.control.ControlServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong between a command and a director, and what the help says. */
@Timeout(60)
class CliErrorsTest {
    private static final int NOBODY = 65_534;

    @TempDir private Path directory;

    private AskedDirector cli;

    @BeforeEach
    void begin() {
        cli = new AskedDirector(directory);
    }

    @Test
    void noDirectorIsOneLineAndItsOwnExitCode() throws Exception {
        assertThat(cli.ask("stats")).isEqualTo(ExitCode.NO_DIRECTOR);
        assertThat(cli.errors())
                .isEqualTo(
                        "lb: no lb director answers on "
                                + cli.path()
                                + " (no such file): is it running? "
                                + "One started with --control PATH is asked with the same --control PATH\n");
        assertThat(cli.printed()).isEmpty();
    }

    @Test
    void aDeadDirectorsSocketIsOneLineAndTheSameExitCode() throws Exception {
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(cli.path()));
        }
        assertThat(cli.ask("connections")).isEqualTo(ExitCode.NO_DIRECTOR);
        assertThat(cli.errors()).contains("(connection refused)").hasLineCount(1);
    }

    @Test
    void permissionDeniedIsOneLine() throws Exception {
        assumeTrue(CliErrorsTest::mayBecomeAnother, "needs root, to become another user");
        try (ControlServer _ = cli.start()) {
            cli.ask("status");
            cli.forget();
            directory.toFile().setExecutable(true, false);
            int exit = asUser(NOBODY, () -> cli.ask("status"));
            assertThat(exit).isEqualTo(ExitCode.FAILED);
            assertThat(cli.errors())
                    .isEqualTo(
                            "lb: permission denied on "
                                    + cli.path()
                                    + ": be root, or the user that lb runs as\n");
        }
    }

    private static boolean mayBecomeAnother() {
        return System.getProperty("user.name").equals("root") || "true".equals(System.getenv("CI"));
    }

    private interface Asking {
        int run();
    }

    /** Runs with the file access of another user; setfsuid(2) is for the calling thread alone. */
    private static int asUser(int user, Asking asking) throws Exception {
        MethodHandle setfsuid =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("setfsuid"),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        int before = call(setfsuid, user);
        try {
            return asking.run();
        } finally {
            call(setfsuid, before);
        }
    }

    private static int call(MethodHandle setfsuid, int user) {
        try {
            return (int) setfsuid.invokeExact(user);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void wrongOptionsAreOneLineWithTheWayToTheHelp() {
        assertThat(cli.ask("services", "--nonsense")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.errors())
                .isEqualTo("lb: Unknown option: '--nonsense'; see lb services --help\n");
    }

    @Test
    void everyHelpHasADescriptionAnExampleAndTheExitCodes() {
        Set<String> names = new TreeSet<>(cli.lb().getSubcommands().keySet());
        names.remove("scheduler"); // only groups these two
        names.addAll(List.of("scheduler list", "scheduler set"));
        for (String name : names) {
            cli.forget();
            assertThat(cli.lb().execute((name + " --help").split(" "))).isZero();
            assertThat(cli.printed())
                    .as(name)
                    .contains(
                            "Usage: lb " + name,
                            "--json",
                            "Example:",
                            "Exit codes:",
                            "  0   done",
                            "  2   wrong options");
            if (!name.equals("version")) {
                assertThat(cli.printed())
                        .as(name)
                        .contains("--control=PATH", "/run/lb/control.sock", "  3   no director");
            }
        }
    }
}
