package lb.core.channel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Network namespaces of one test, without a route to the outside, removed by {@link #close}. One
 * thread.
 */
final class LabNamespaces implements AutoCloseable {
    private static final AtomicInteger SERIAL = new AtomicInteger();
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final MethodHandle SETNS = call("setns");

    private final String prefix =
            "lbt-" + ProcessHandle.current().pid() + "-r" + SERIAL.incrementAndGet() + "-";
    private final List<String> made = new ArrayList<>();

    static LabNamespaces make(String... names) {
        assumeTrue(
                "true".equals(System.getenv("CI")) || isRoot(),
                "network namespaces need root: run the tests as root");
        LabNamespaces lab = new LabNamespaces();
        try {
            for (String name : names) {
                lab.add(name);
            }
            return lab;
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    private static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String name) {
        run("ip", "netns", "add", prefix + name);
        made.add(prefix + name);
        ip(name, "link set lo up");
    }

    /** Two interfaces joined by a cable, each in its namespace, up. */
    void cable(String left, String leftName, String right, String rightName) {
        run(
                ("ip link add "
                                + leftName
                                + " netns "
                                + prefix
                                + left
                                + " type veth peer name "
                                + rightName
                                + " netns "
                                + prefix
                                + right)
                        .split(" "));
        ip(left, "link set " + leftName + " up");
        ip(right, "link set " + rightName + " up");
        for (String key : List.of("all", "default", leftName)) {
            in(left, "sysctl -qw net.ipv6.conf." + key + ".disable_ipv6=1");
        }
        for (String key : List.of("all", "default", rightName)) {
            in(right, "sysctl -qw net.ipv6.conf." + key + ".disable_ipv6=1");
        }
    }

    /** {@code ip} with these arguments, inside a namespace. */
    void ip(String name, String arguments) {
        run(("ip -n " + prefix + name + " " + arguments).split(" "));
    }

    /** Any command inside a namespace. */
    void in(String name, String command) {
        run(("ip netns exec " + prefix + name + " " + command).split(" "));
    }

    /**
     * Runs a task on a thread of its own that lives in the namespace; sockets made there stay
     * there.
     */
    <T> CompletableFuture<T> start(String name, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        enter(prefix + name);
                        result.complete(task.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    /** As {@link #start}, and waits for the result. */
    <T> T inside(String name, Callable<T> task) {
        try {
            return start(name, task).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** How many packet sockets there are in a namespace. */
    long packetSockets(String name) {
        return inside(
                name,
                () -> {
                    try (var lines = Files.lines(Path.of("/proc/thread-self/net/packet"))) {
                        return lines.count() - 1;
                    }
                });
    }

    private static void enter(String namespace) throws Throwable {
        try (NamespaceFile file = new NamespaceFile("/run/netns/" + namespace)) {
            int result = (int) SETNS.invokeExact(file.fd(), CLONE_NEWNET);
            if (result != 0) {
                throw new IllegalStateException("setns " + namespace + " failed");
            }
        }
    }

    static MethodHandle call(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    static void run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(
                            process.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (String name : made) {
            run("ip", "netns", "del", name);
        }
        made.clear();
    }
}
