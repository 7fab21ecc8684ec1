package lb.director.control;

import static lb.director.control.RawClient.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client of the control socket, whatever it meets there. */
@Timeout(60)
class ControlClientTest {
    @TempDir private Path directory;

    private Path path() {
        return directory.resolve("control.sock");
    }

    private static Throwable catchFrom(ThrowingAction action) {
        try {
            action.run();
        } catch (Exception e) {
            return e;
        }
        throw new AssertionError("nothing was thrown");
    }

    private interface ThrowingAction {
        void run() throws Exception;
    }

    @Test
    void aDirectorThatDoesNotAnswerIsNotWaitedForForEver() throws Exception {
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(path()));
            try (ControlClient client = ControlClient.connect(path(), Duration.ofSeconds(1))) {
                assertThatThrownBy(() -> client.ask("status"))
                        .hasMessage(
                                "the director on "
                                        + path()
                                        + " was lost: it did not answer within 1 s");
            }
        }
    }

    @Test
    void anAnswerThatIsCutOffIsAnError() throws Exception {
        try (ServerSocketChannel cutting = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            cutting.bind(UnixDomainSocketAddress.of(path()));
            try (ControlClient client = ControlClient.connect(path());
                    SocketChannel end = cutting.accept()) {
                send(end, "{\"ok\":true,\"more\":true,\"rows\":[]}\n");
                end.close();
                assertThatThrownBy(() -> client.ask("connections"))
                        .hasMessageContaining(
                                "it closed the connection before the answer was complete");
            }
        }
    }

    @Test
    void aStrangerOnTheSocketIsNoted() throws Exception {
        try (ServerSocketChannel stranger = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stranger.bind(UnixDomainSocketAddress.of(path()));
            try (ControlClient client = ControlClient.connect(path());
                    SocketChannel end = stranger.accept()) {
                send(end, "220 mail.example ESMTP\n");
                assertThat(catchFrom(() -> client.ask("status")))
                        .hasMessageContaining("is no lb director");
            }
        }
    }
}
