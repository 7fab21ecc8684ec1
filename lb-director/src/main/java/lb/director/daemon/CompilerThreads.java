package lb.director.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
     * uncompiled for minutes. Added to the nice value that the process was started with.
     */
    private static final int NICER = 5;

    private static final int NICEST = 19;

    /** Each finds the threads that were started during the one before. */
    private static final int MOST_PASSES = 10;

    private CompilerThreads() {}

    /**
     * Has them give way to threads like the calling one, those of now and, because a thread begins
     * as the one that starts it, those that they start later. When that is refused, all stays as it
     * was.
     */
    static void giveWay() {
        int nice = nice();
        Set<Integer> done = new HashSet<>();
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            boolean found = false;
            for (int thread : all()) {
                if (done.add(thread)) {
                    found = true;
                    giveWay(thread, nice);
                }
            }
            if (!found) {
                return;
            }
        }
    }

    /** The nice value of what gives way as they do, to threads like the calling one. */
    static int nice() {
        return Math.min(NICEST, ThreadScheduling.nice() + NICER);
    }

    private static void giveWay(int thread, int nice) {
        try {
            ThreadScheduling.background(thread, nice);
        } catch (KernelException e) {
            LOG.debug("a compiler thread keeps its priority: {}", e.getMessage());
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
