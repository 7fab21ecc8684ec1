package lb.core.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace of the test's own, without a route out; deleted with all that is in it. One
 * thread.
 */
final class LabNamespace implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;

    private LabNamespace(String name) {
        this.name = name;
    }

    /**
     * A fresh one with loopback up; skips the test, except under CI, where that is not possible.
     */
    static LabNamespace create() throws Exception {
        requireRoot();
        String name = "lbt-" + ProcessHandle.current().pid() + "-n" + COUNT.incrementAndGet();
        LabNamespace namespace = new LabNamespace(name);
        run(List.of("ip", "netns", "add", name));
        namespace.ip("link set lo up");
        // Else a duplicate check would keep IPv6 addresses from being used for a second.
        namespace.in(() -> {
            String all = "/proc/sys/net/ipv6/conf/default/accept_dad";
            Files.writeString(Path.of(all), "0");
            return null;
        });
        return namespace;
    }

    static void requireRoot() {
        boolean able = Capabilities.current().missing().isEmpty();
        assumeTrue(able || "true".equals(System.getenv("CI")), "needs root for network namespaces");
    }

    /** Joins two namespaces by a veth pair whose ends are up. */
    static void join(LabNamespace left, String leftLink, LabNamespace right, String rightLink)
            throws Exception {
        left.ip(
                "link add "
                        + leftLink
                        + " type veth peer name "
                        + rightLink
                        + " netns "
                        + right.name);
        left.ip("link set " + leftLink + " up");
        right.ip("link set " + rightLink + " up");
    }

    String name() {
        return name;
    }

    String ip(String arguments) throws Exception {
        return command("ip", arguments);
    }

    String tc(String arguments) throws Exception {
        return command("tc", arguments);
    }

    /** Puts somebody else's filter on an interface that has clsact: classic BPF that says 0. */
    void addForeignFilter(String link, String hook) throws Exception {
        List<String> command = new ArrayList<>(List.of("tc", "-n", name, "filter", "add", "dev"));
        command.addAll(List.of(link, hook, "prio", "5", "bpf", "da", "bytecode", "1,6 0 0 0"));
        run(command);
    }

    <T> T in(Callable<T> work) throws Exception {
        return NetworkNamespace.in(name, work);
    }

    private String command(String program, String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program, "-n", name));
        command.addAll(List.of(arguments.split(" ")));
        return run(command);
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    @Override
    public void close() throws IOException {
        run(List.of("ip", "netns", "del", name));
    }
}
