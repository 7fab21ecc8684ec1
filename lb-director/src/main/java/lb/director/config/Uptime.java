package lb.director.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long this machine has been up. Stateless. */
final class Uptime {
    private Uptime() {}

    /** Nanoseconds until the machine has been up so long; 0 if it has, or does not say. */
    static long until(long nanos) {
        if (nanos == 0) {
            return 0;
        }
        try {
            String text = Files.readString(Path.of("/proc/uptime")).strip();
            double seconds = Double.parseDouble(text.substring(0, text.indexOf(' ')));
            return Math.max(0, nanos - (long) (seconds * 1e9));
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}
