package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NetworkNamespaceTest {
    private static final Path MINE = Path.of("/proc/thread-self/ns/net");

    @Test
    void workRunsInsideAndTheCallerStaysOutside() throws Exception {
        try (LabNamespace namespace = LabNamespace.create()) {
            Path before = Files.readSymbolicLink(MINE);
            Path inside = namespace.in(() -> Files.readSymbolicLink(MINE));
            assertThat(inside).isNotEqualTo(before);
            assertThat(Files.readSymbolicLink(MINE)).isEqualTo(before);
            String path = "/var/run/netns/" + namespace.name();
            assertThat(NetworkNamespace.in(path, () -> Files.readSymbolicLink(MINE)))
                    .isEqualTo(inside);
        }
    }

    @Test
    void whatTheWorkThrowsIsThrown() throws Exception {
        try (LabNamespace namespace = LabNamespace.create()) {
            IOException thrown = new IOException("from inside");
            assertThatThrownBy(() ->
                            namespace.in(() -> {
                                throw thrown;
                            }))
                    .isSameAs(thrown);
        }
    }

    @Test
    void anUnknownNamespaceIsNamed() {
        assertThatThrownBy(() -> NetworkNamespace.in("nosuch", () -> 1))
                .isInstanceOf(KernelException.class)
                .hasMessage(
                        "open(network namespace /var/run/netns/nosuch): No such file or directory"
                                + " (errno 2)");
    }

    @Test
    void aFileThatIsNoNamespaceIsRefused() {
        LabNamespace.requireRoot();
        assertThatThrownBy(() -> NetworkNamespace.in("/proc/self/status", () -> 1))
                .hasMessageStartingWith(
                        "setns(network namespace /proc/self/status): Invalid argument");
    }
}
