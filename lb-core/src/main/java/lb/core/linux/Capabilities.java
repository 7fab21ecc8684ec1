package lb.core.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The effective capabilities of this process (man 7 capabilities). Immutable; any thread.
 *
 * @param effective one bit for each capability
 */
public record Capabilities(long effective) {
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_BPF = 39;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String EFFECTIVE = "CapEff:";

    /** What this process may do now. */
    public static Capabilities current() {
        try {
            return parse(Files.readAllLines(STATUS));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STATUS, e);
        }
    }

    static Capabilities parse(List<String> status) {
        for (String line : status) {
            if (line.startsWith(EFFECTIVE)) {
                String digits = line.substring(EFFECTIVE.length()).strip();
                return new Capabilities(Long.parseUnsignedLong(digits, 16));
            }
        }
        throw new IllegalStateException(STATUS + " has no line " + EFFECTIVE);
    }

    /** What is missing for a director, each with what it is for; empty when all is there. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!has(CAP_NET_ADMIN)) {
            missing.add("CAP_NET_ADMIN (to set addresses, neighbours and traffic filters)");
        }
        if (!has(CAP_NET_RAW)) {
            missing.add("CAP_NET_RAW (to open packet and VRRP sockets)");
        }
        if (!has(CAP_BPF) && !has(CAP_SYS_ADMIN)) {
            missing.add(
                    "CAP_BPF (before Linux 5.8 CAP_SYS_ADMIN; to load the filter that keeps the"
                            + " host from answering service traffic)");
        }
        return missing;
    }

    private boolean has(int capability) {
        return (effective & 1L << capability) != 0;
    }
}
