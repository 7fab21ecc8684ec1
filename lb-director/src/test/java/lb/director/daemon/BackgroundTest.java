package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lb.core.linux.KernelRelease;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the threads of a running director do beside its frames, as the kernel tells it. */
@Timeout(120)
class BackgroundTest {
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_BATCH = 3;

    // Fields of /proc/PID/stat behind the name, counted from its state (proc(5)).
    private static final int NICE = 16;
    private static final int POLICY = 38;

    private static DirectorNetwork network;
    private static RunningDirector director;
    private static List<Integer> lateWarmUp;

    @BeforeAll
    static void start() throws Exception {
        network = DirectorNetwork.open();
        director = network.start(DirectorNetwork.configuration("rr"));
        lateWarmUp = schedulingOfTheLateWarmUp();
    }

    /** It is there for some seconds only; a busy machine may have started it without running it. */
    private static List<Integer> schedulingOfTheLateWarmUp() throws Exception {
        List<Integer> worker = scheduling("lb-worker.*").values().iterator().next();
        long began = System.nanoTime();
        while (true) {
            List<Integer> found = scheduling("lb-warm-up").values().iterator().next();
            if (!found.getFirst().equals(worker.getFirst())
                    || System.nanoTime() - began > TimeUnit.SECONDS.toNanos(3)) {
                return found;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (director != null) {
            director.close();
        }
        if (network != null) {
            network.close();
        }
    }

    @FunctionalInterface
    private interface Look<T> {
        T at(Path task) throws IOException;
    }

    /**
     * What a look says of each thread whose name matches a pattern; those that end meanwhile left
     * out.
     */
    private static <T> Map<String, T> ofThreads(String name, Look<T> look) throws IOException {
        Map<String, T> found = new HashMap<>();
        try (Stream<Path> tasks =
                Files.list(Path.of("/proc", Long.toString(director.pid()), "task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String comm = Files.readString(task.resolve("comm")).strip();
                    if (comm.matches(name)) {
                        found.put(comm + " " + task.getFileName(), look.at(task));
                    }
                } catch (IOException e) {
                    // It has ended: before it was opened (ENOENT) or before it was read (ESRCH).
                }
            }
        }
        assertThat(found).as("threads named " + name).isNotEmpty();
        return found;
    }

    /** Nice value and policy. */
    private static Map<String, List<Integer>> scheduling(String name) throws IOException {
        return ofThreads(
                name,
                task -> {
                    String stat = Files.readString(task.resolve("stat"));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    return List.of(
                            Integer.parseInt(fields[NICE]), Integer.parseInt(fields[POLICY]));
                });
    }

    private static long wakeUps(String name) throws IOException {
        return ofThreads(name, task -> voluntarySwitches(task.resolve("status"))).values().stream()
                .mapToLong(switches -> switches)
                .sum();
    }

    private static long voluntarySwitches(Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
                .sum();
    }

    @Test
    void compilersGiveWayToTheWorkers() throws Exception {
        List<Integer> worker = scheduling("lb-worker.*").values().iterator().next();
        assertThat(worker.getLast()).isEqualTo(SCHED_OTHER);
        // This process may have been started with a nice value, and the director has it, too.
        int nice = Math.min(19, worker.getFirst() + 5);
        assertThat(scheduling("C[12] Compiler.*").values())
                .allSatisfy(one -> assertThat(one).containsExactly(nice, SCHED_BATCH));
    }

    @Test
    void theSecondWarmUpHasALowerShare() throws Exception {
        List<Integer> worker = scheduling("lb-worker.*").values().iterator().next();
        assertThat(lateWarmUp).containsExactly(Math.min(19, worker.getFirst() + 5), SCHED_OTHER);
    }

    @Test
    void aWorkerAsksForShortSlices() throws Exception {
        Map<String, List<String>> slices =
                ofThreads(
                        "lb-worker.*",
                        task ->
                                Files.readAllLines(task.resolve("sched")).stream()
                                        .filter(line -> line.startsWith("se.slice"))
                                        .map(line -> line.replaceAll(".*:\\s*", ""))
                                        .toList());
        // A kernel before 6.12 has the same slice for all.
        List<String> expected =
                KernelRelease.running().isAtLeast(6, 12)
                        ? List.of("100000")
                        : slices.values().iterator().next();
        assertThat(slices.values())
                .allSatisfy(one -> assertThat(one).containsExactlyElementsOf(expected));
    }

    @Test
    void aWorkerHasBeenWokenOftenBeforeItsFirstFrame() throws Exception {
        // A thousand times; on one processor some wake-ups may find it still awake.
        assertThat(wakeUps("lb-worker.*")).isGreaterThan(300);
    }

    @Test
    void whoHasNothingToDoHardlyWakesUp() throws Exception {
        // Until the hosts of the network have found their IPv6 addresses and told of them.
        TimeUnit.SECONDS.sleep(2);
        long beganNanos = System.nanoTime();
        long worker = wakeUps("lb-worker.*");
        long neighbours = wakeUps("lb-neighbours");
        TimeUnit.SECONDS.sleep(5);
        worker = wakeUps("lb-worker.*") - worker;
        neighbours = wakeUps("lb-neighbours") - neighbours;
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        // Twice a second lb-vips asks whether the worker answers; some multicast comes.
        assertThat(worker / seconds).as("wake-ups of the worker a second").isLessThan(7);
        // The kernel asks the real servers again from time to time, and tells of it.
        assertThat(neighbours / seconds).as("wake-ups of lb-neighbours a second").isLessThan(2);
    }
}
