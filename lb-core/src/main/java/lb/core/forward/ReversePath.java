package lb.core.forward;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's reverse path filter of an interface (RFC 3704): strict, it drops a client's packet
 * that comes in by another interface than the answer would take. Stateless; any thread.
 */
final class ReversePath {
    private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4/conf");
    private static final int STRICT = 1;

    private ReversePath() {}

    /** Whether it is strict: the greater of the interface's value and that of all counts. */
    static boolean isStrict(String interfaceName) {
        return Math.max(mode("all"), mode(interfaceName)) == STRICT;
    }

    private static int mode(String of) {
        try {
            return Integer.parseInt(
                    Files.readString(SETTINGS.resolve(of).resolve("rp_filter")).strip());
        } catch (IOException | NumberFormatException e) {
            // A kernel without it does not filter.
            return 0;
        }
    }
}
