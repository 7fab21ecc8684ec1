package lb.vrrp.speaker;

import static lb.vrrp.speaker.Segment.await;
import static lb.vrrp.speaker.Segment.counter;
import static lb.vrrp.speaker.Segment.instance;
import static lb.vrrp.speaker.Segment.state;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lb.core.linux.ThreadScheduling;
import org.junit.jupiter.api.Test;

/** Many adverts, many virtual routers: the speaker keeps its time. */
class FloodTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final int FLOOD_PER_SECOND = 50_000;
    private static final boolean LONG = Boolean.getBoolean("lb.long");

    /** Longest silence that is no fault, on a machine that does much else. */
    private static final long LATE_MILLIS = 1_500;

    @Test
    void aFloodOfWeakerAdvertsNeitherSilencesAnActiveNorMakesItFloodInReturn() throws Exception {
        VrrpInstance instance = instance(51, 150, 100 * MILLISECOND);
        try (Segment segment = new Segment();
                Stranger stranger = new Stranger(segment, "b", Segment.B, instance)) {
            Speaker speaker =
                    segment.speaker(
                            "a",
                            List.of(instance),
                            SpeakerSettings.withoutDataPlane(),
                            new Segment.Diary());
            await("it is Active", () -> state(speaker).equals("MASTER"));
            long sentBefore = counter(speaker, "advertisements_sent");
            long begin = System.nanoTime();
            stranger.longestGapNanos.set(0);
            int sent = 0;
            while (System.nanoTime() - begin < 2_000 * MILLISECOND) {
                long due = (System.nanoTime() - begin) / (1_000_000_000L / FLOOD_PER_SECOND);
                for (; sent < due; sent++) {
                    stranger.send(50, true);
                }
                Thread.onSpinWait();
            }
            assertThat(sent).isGreaterThan(LONG ? FLOOD_PER_SECOND : 5_000);
            // Answers come every 5 ms at most; so late that a peer would take over, never.
            assertThat(stranger.longestGapNanos.get())
                    .isLessThan((LONG ? 300 : LATE_MILLIS) * MILLISECOND);
            long seconds = (System.nanoTime() - begin) / (1_000 * MILLISECOND) + 1;
            assertThat(counter(speaker, "advertisements_sent") - sentBefore)
                    .isBetween(LONG ? 15L : 5L, seconds * 210 + 10);
            // It gave nothing up but where this machine held it up for longer than others wait.
            assertThat(counter(speaker, "released_master")).isEqualTo(counter(speaker, "fenced"));
            await("it is Active still", () -> state(speaker).equals("MASTER"));
        }
    }

    @Test
    void badAdvertsDoNotPutOwnOnesOff() throws Exception {
        long interval = 200 * MILLISECOND;
        VrrpInstance instance = instance(51, 150, interval);
        try (Segment segment = new Segment();
                Stranger stranger = new Stranger(segment, "b", Segment.B, instance)) {
            Speaker speaker =
                    segment.speaker(
                            "a",
                            List.of(instance),
                            SpeakerSettings.withoutDataPlane(),
                            new Segment.Diary());
            await("it is Active", () -> state(speaker).equals("MASTER"));
            await("it is heard", () -> stranger.heard.get() > 0);
            stranger.longestGapNanos.set(0);
            long heardBefore = stranger.heard.get();
            long begin = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                stranger.send(200, false);
                Segment.sleep(100);
            }
            long heard = stranger.heard.get() - heardBefore;
            long elapsed = System.nanoTime() - begin;
            long longestGap = stranger.longestGapNanos.get();
            await("all have come", () -> counter(speaker, "dropped_checksum") == 20);
            // What the machine stood still for is no advert's time.
            long least = LONG ? elapsed : elapsed - longestGap;
            assertThat(heard).isBetween(least / interval - 2, elapsed / interval + 2);
            assertThat(longestGap).isLessThan((LONG ? 400 : LATE_MILLIS) * MILLISECOND);
        }
    }

    @Test
    void fiftyVirtualRoutersTakeOverTogether() throws Exception {
        long interval = 400 * MILLISECOND;
        List<VrrpInstance> better =
                IntStream.rangeClosed(1, 50).mapToObj(i -> instance(i, 150, interval)).toList();
        List<VrrpInstance> weaker =
                IntStream.rangeClosed(1, 50).mapToObj(i -> instance(i, 100, interval)).toList();
        try (Segment segment = new Segment()) {
            Speaker active =
                    segment.speaker(
                            "a", better, SpeakerSettings.withoutDataPlane(), new Segment.Diary());
            await("all are Active", () -> state(active).equals("MASTER"));
            Speaker backup =
                    segment.speaker(
                            "b", weaker, SpeakerSettings.withoutDataPlane(), new Segment.Diary());
            await("all have been heard", () -> heardByAll(backup));
            assertThat(state(backup)).isEqualTo("BACKUP");
            long begin = System.nanoTime();
            active.close();
            await("all have taken over", () -> state(backup).equals("MASTER"));
            long millis = (System.nanoTime() - begin) / MILLISECOND;
            // Priority 0, so Skew_Time: 156/256 of an interval, 243 ms.
            assertThat(millis).isGreaterThanOrEqualTo(242);
            assertThat(millis).isLessThan(LONG ? 243 + 50 : 243 + LATE_MILLIS);
            assertThat(backup.statuses())
                    .extracting(status -> status.counters().getOrDefault("became_master", 0L))
                    .containsOnly(1L);
        }
    }

    /** Each more than once. */
    private static boolean heardByAll(Speaker backup) {
        return backup.statuses().stream()
                .allMatch(status ->
                        status.counters().getOrDefault("advertisements_received", 0L) > 1);
    }

    @Test
    void itsThreadAloneIsARealTimeOneWhereThatIsAllowed() throws Exception {
        try (Segment segment = new Segment()) {
            Speaker speaker =
                    segment.speaker(
                            "a",
                            List.of(instance(51, 150, 100 * MILLISECOND)),
                            new SpeakerSettings(System::nanoTime, 3, 0),
                            new Segment.Diary());
            await("it is Active", () -> state(speaker).equals("MASTER"));
            List<String> realtime;
            try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
                realtime = tasks.filter(FloodTest::isRoundRobin).map(FloodTest::name).toList();
            }
            assertThat(realtime).isEqualTo(mayBeRealtime() ? List.of("lb-vrrp") : List.of());
        }
    }

    private static boolean mayBeRealtime() throws InterruptedException {
        boolean[] allowed = new boolean[1];
        Thread trial =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                ThreadScheduling.realtime(3);
                                allowed[0] = ThreadScheduling.isRealtime();
                            } catch (lb.core.linux.KernelException e) {
                                allowed[0] = false;
                            }
                        });
        trial.join();
        return allowed[0];
    }

    /** Fields 40 and 41 of proc(5)'s stat: priority and policy; counted behind the name. */
    private static boolean isRoundRobin(Path task) {
        String stat = read(task.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return fields[38].equals("2") && fields[37].equals("3");
    }

    private static String name(Path task) {
        return read(task.resolve("comm")).strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            return "() 0" + " 0".repeat(50);
        }
    }
}
