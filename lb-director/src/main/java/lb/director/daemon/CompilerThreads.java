package lb.director.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lb.core.linux.KernelException;
import lb.core.linux.ThreadScheduling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM's compiler threads, which share the processors with the workers: a frame that comes while
 * one of them runs must not wait for it. Stateless; any thread.
 *
 * <p>Not its collector's: while those run, every other thread of the JVM waits for them.
 */
final class CompilerThreads {
    private static final Logger LOG = LoggerFactory.getLogger(CompilerThreads.class);
    private static final Path TASKS = Path.of("/proc/self/task");

    /**
     * A third of the share of an ordinary thread: less would keep a busy director on one processor
     * uncompiled for minutes.
     */
    private static final int NICE = 5;

    private CompilerThreads() {}

    /**
     * Has them give way, those of now and, because a thread begins as the one that starts it, those
     * that they start later. When that is refused, all stays as it was.
     */
    static void giveWay() {
        for (int thread : all()) {
            try {
                ThreadScheduling.background(thread, NICE);
            } catch (KernelException e) {
                LOG.debug("a compiler thread keeps its priority: {}", e.getMessage());
            }
        }
    }

    /** Their numbers. */
    static List<Integer> all() {
        List<Integer> threads = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(TASKS)) {
            for (Path task : tasks.toList()) {
                if (isCompiler(task)) {
                    threads.add(Integer.parseInt(task.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            LOG.debug("cannot tell which threads compile", e);
        }
        return threads;
    }

    /** By the names that HotSpot gives them, as far as the kernel keeps them (15 bytes). */
    private static boolean isCompiler(Path task) {
        try {
            String name = Files.readString(task.resolve("comm"));
            return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
        } catch (IOException e) {
            // It has just ended.
            return false;
        }
    }
}
