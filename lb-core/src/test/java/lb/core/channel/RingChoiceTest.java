package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lb.core.linux.KernelRelease;
import lb.core.linux.PacketInterface;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which ring {@code ring auto} is. */
final class RingChoiceTest {
    private LabNamespaces lab;

    @BeforeEach
    void cable() {
        lab = LabNamespaces.make("a", "b");
        lab.cable("a", "left", "b", "right");
    }

    @AfterEach
    void remove() {
        lab.close();
    }

    private Class<?> kind(String release, int workers) {
        return lab.inside("b", () -> opened(release, workers));
    }

    private static Class<?> opened(String release, int workers) {
        List<ReceiveRing> rings =
                RingChoice.open(
                        PacketInterface.named("right"),
                        workers,
                        PacketChannelOptions.auto(),
                        KernelRelease.parse(release));
        rings.forEach(ReceiveRing::close);
        assertThat(rings).hasSize(workers);
        return rings.getLast().getClass();
    }

    @Test
    void aKernelWhoseGroupsHearWhatTheHostSendsGetsV2() {
        assertThat(kind("5.16.20", 1)).isEqualTo(ReceiveRingV2.class);
        assertThat(kind("5.16.20", 2)).isEqualTo(ReceiveRingV2.class);
        assertThat(kind("5.17.0", 1)).isEqualTo(AdaptiveRing.class);
    }

    @Test
    void aKernelThatRefusesTheGroupGetsV2() {
        // Filters are charged to this; a group needs one, a single socket does not.
        Class<?> kind =
                lab.inside(
                        "b",
                        () -> {
                            forbidFilters();
                            return opened("6.18", 1);
                        });
        assertThat(kind).isEqualTo(ReceiveRingV2.class);
    }

    private static void forbidFilters() {
        try {
            Files.writeString(Path.of("/proc/sys/net/core/optmem_max"), "0");
        } catch (IOException e) {
            throw new IllegalStateException("needs a limit for each namespace: Linux 6.7", e);
        }
    }
}
