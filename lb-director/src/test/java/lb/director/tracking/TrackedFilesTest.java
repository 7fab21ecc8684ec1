package lb.director.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import lb.director.config.TrackFileEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TrackedFilesTest {
    @TempDir Path folder;

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFifoIsNeitherReadNorWrittenAndCountsAsZero() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        try (TrackedFiles files = new TrackedFiles(() -> {})) {
            files.follow(List.of(entry(fifo)), true);
            assertThat(files.number("hand")).isZero();
        }
    }

    @Test
    void aLinkIsReadButWhatItPointsToIsNotWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("precious"), "7\n");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        try (TrackedFiles files = new TrackedFiles(() -> {})) {
            files.follow(List.of(entry(link)), true);
            assertThat(files.number("hand")).isEqualTo(7);
        }
        assertThat(file).hasContent("7");
    }

    @Test
    void aRegularFileIsInitialised() throws Exception {
        Path file = Files.writeString(folder.resolve("hand"), "7\n");
        try (TrackedFiles files = new TrackedFiles(() -> {})) {
            files.follow(List.of(entry(file)), true);
            assertThat(files.number("hand")).isEqualTo(5);
        }
    }

    private static TrackFileEntry entry(Path file) {
        return new TrackFileEntry("hand", file, 0, false, OptionalLong.of(5), true);
    }
}
