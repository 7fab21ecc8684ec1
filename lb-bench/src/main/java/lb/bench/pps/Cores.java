package lb.bench.pps;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processors that are measured on: the first two that this process may use, or twice the same
 * when there is one. Immutable; any thread.
 *
 * @param generator where the generator sends, and the kernel receives what it sent
 * @param forwarder where a forwarder's process runs
 */
public record Cores(int generator, int forwarder) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    /** By what the kernel allows this process. */
    public static Cores choose() {
        try {
            String list =
                    Files.readAllLines(STATUS).stream()
                            .filter(line -> line.startsWith(ALLOWED))
                            .findFirst()
                            .orElseThrow()
                            .substring(ALLOWED.length());
            return of(list.strip());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STATUS, e);
        }
    }

    /** The first two of a list such as {@code 0-3,8}. */
    static Cores of(String list) {
        List<Integer> cores = new ArrayList<>();
        for (String range : list.split(",")) {
            String[] ends = range.split("-");
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int core = Integer.parseInt(ends[0]); core <= last && cores.size() < 2; core++) {
                cores.add(core);
            }
        }
        return new Cores(cores.getFirst(), cores.getLast());
    }

    /** The command, kept to one processor. */
    public static String[] pinned(int core, List<String> command) {
        List<String> pinned =
                new ArrayList<>(List.of("taskset", "--cpu-list", Integer.toString(core)));
        pinned.addAll(command);
        return pinned.toArray(String[]::new);
    }
}
