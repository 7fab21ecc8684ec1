package lb.director.control;

import static lb.director.control.RawClient.connect;
import static lb.director.control.RawClient.line;
import static lb.director.control.RawClient.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whose the control socket is, from the start of a director to its end. */
@Timeout(60)
class ControlSocketTest {
    @TempDir private Path directory;

    private final LiveDirector director = LiveDirector.web();

    private Path path() {
        return directory.resolve("control.sock");
    }

    private ControlServer start() throws ControlException {
        return ControlServer.start(path(), ControlCommands.of(director), ControlLimits.DEFAULT);
    }

    @Test
    void theSocketIsForItsOwnUserOnly() throws Exception {
        try (ControlServer server = start()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path())))
                    .isEqualTo("rw-------");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theSocketOfADeadDirectorIsReplaced() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path()));
        }
        assertThat(path()).exists();

        try (ControlServer _ = start();
                ControlClient client = ControlClient.connect(path())) {
            assertThat(client.ask("status").path("pid").intValue()).isEqualTo(4711);
            assertThat(directory).isDirectoryContaining(file -> file.equals(path()));
            assertThat(directory.toFile().list()).hasSize(1);
        }
    }

    @Test
    void theSocketOfALivingDirectorIsLeftAlone() throws Exception {
        try (ControlServer _ = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(AnotherDirectorException.class)
                    .hasMessage(
                            "another lb answers on "
                                    + path()
                                    + "; use --control PATH for a second one");

            try (ControlClient client = ControlClient.connect(path())) {
                assertThat(client.ask("status").path("pid").intValue()).isEqualTo(4711);
            }
        }
    }

    @Test
    void aSocketThatHasBecomeAnothersIsLeftAloneAtTheEnd() throws Exception {
        try (ControlServer first = start()) {
            Files.delete(path());
            try (ControlServer _ = start()) {
                first.close();
                try (ControlClient client = ControlClient.connect(path())) {
                    assertThat(client.ask("status").path("pid").intValue()).isEqualTo(4711);
                }
            }
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws Exception {
        Files.writeString(path(), "precious");

        assertThatThrownBy(this::start)
                .isExactlyInstanceOf(ControlException.class)
                .hasMessageContaining(path() + " is there and is no socket");
        assertThat(path()).hasContent("precious");
    }

    @Test
    void aDirectoryThatIsMissingAndAPathThatIsTooLongAreNamed() {
        Path missing = directory.resolve("none/control.sock");
        assertThatThrownBy(() -> ControlServer.start(missing, List.of(), ControlLimits.DEFAULT))
                .isExactlyInstanceOf(ControlException.class)
                .hasMessageContaining("the directory " + directory.resolve("none"));

        Path tooLong = directory.resolve("x".repeat(100));
        assertThatThrownBy(() -> ControlServer.start(tooLong, List.of(), ControlLimits.DEFAULT))
                .isExactlyInstanceOf(ControlException.class)
                .hasMessageContaining("more than the 97 that there is room for");
    }

    @Test
    void closingEndsWhatRunsAndRemovesTheSocket() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        ControlCommand stuck =
                AdHocCommand.of(
                        "stuck",
                        (_, _) -> {
                            started.countDown();
                            try {
                                Thread.sleep(Duration.ofMinutes(5));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        ControlServer server = ControlServer.start(path(), List.of(stuck), ControlLimits.DEFAULT);
        try (SocketChannel client = connect(path())) {
            send(client, "{\"command\":\"stuck\"}\n");
            started.await();
            server.close();
            assertThat(line(client)).isNull();
        }
        assertThat(path()).doesNotExist();
    }
}
