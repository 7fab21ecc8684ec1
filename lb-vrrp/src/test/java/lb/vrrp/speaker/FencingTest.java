package lb.vrrp.speaker;

import static lb.vrrp.speaker.Segment.await;
import static lb.vrrp.speaker.Segment.instance;
import static lb.vrrp.speaker.Segment.state;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import lb.vrrp.automaton.Action;
import org.junit.jupiter.api.Test;

/** A speaker whose data plane or whose own thread stands still gives its VIPs up by itself. */
class FencingTest {
    /** So long that a machine that does much else is not late by three of them. */
    private static final long INTERVAL_NANOS = 400_000_000L;

    private static final long INTERVAL_MILLIS = INTERVAL_NANOS / 1_000_000;

    @Test
    void aSilentDataPlaneCostsTheVipsAndThenAPriorityZeroIsSentAndItComesBack() throws Exception {
        AtomicBoolean beats = new AtomicBoolean(true);
        AtomicLong beat = new AtomicLong();
        LongSupplier dataPlane = () -> beats.get() ? beat.incrementAndGet() : beat.get();
        Segment.Diary diary = new Segment.Diary();
        try (Segment segment = new Segment()) {
            Speaker speaker =
                    segment.speaker(
                            "a",
                            List.of(instance(51, 150, INTERVAL_NANOS)),
                            new SpeakerSettings(dataPlane, 0, 0),
                            diary);
            await("it is Active", () -> state(speaker).equals("MASTER"));
            diary.actions.clear();
            Map<String, Long> before = speaker.statuses().getFirst().counters();
            beats.set(false);
            await("it is fenced", () -> state(speaker).equals("FAULT"));
            VrrpStatus status = speaker.statuses().getFirst();
            assertThat(status.faults()).isEqualTo("FENCED");
            for (String once : List.of("fenced", "priority_zero_sent")) {
                assertThat(status.counters()).containsEntry(once, before.get(once) + 1);
            }
            await("it has told all", () -> kinds(diary).size() >= 4);
            assertThat(kinds(diary))
                    .containsExactly("CloseGate", "CancelAnnouncements", "ReleaseVips", "Notify");
            long sent = status.counters().getOrDefault("advertisements_sent", -1L);
            Segment.sleep(3 * INTERVAL_MILLIS);
            assertThat(Segment.counter(speaker, "advertisements_sent")).isEqualTo(sent);

            beats.set(true);
            await("it is back", () -> state(speaker).equals("MASTER"));
        }
    }

    @Test
    void aBackupWithoutADataPlaneDoesNotTakeOver() throws Exception {
        AtomicLong standing = new AtomicLong();
        try (Segment segment = new Segment()) {
            Speaker active =
                    segment.speaker(
                            "a",
                            List.of(instance(51, 150, INTERVAL_NANOS)),
                            SpeakerSettings.withoutDataPlane(),
                            new Segment.Diary());
            await("one is Active", () -> state(active).equals("MASTER"));
            Speaker backup =
                    segment.speaker(
                            "b",
                            List.of(instance(51, 100, INTERVAL_NANOS)),
                            new SpeakerSettings(standing::get, 0, 0),
                            new Segment.Diary());
            await("the other is fenced", () -> state(backup).equals("FAULT"));
            active.close();
            Segment.sleep(3 * INTERVAL_MILLIS);
            assertThat(state(backup)).isEqualTo("FAULT");
        }
    }

    @Test
    void oneThatWasHeldUpAsActiveLetsGoBeforeItSendsAnything() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean hold = new AtomicBoolean();
        LongSupplier heldUp =
                () -> {
                    if (hold.compareAndSet(true, false)) {
                        awaitQuietly(release);
                    }
                    return System.nanoTime();
                };
        Segment.Diary diary = new Segment.Diary();
        try (Segment segment = new Segment()) {
            Speaker better =
                    segment.speaker(
                            "a",
                            List.of(instance(51, 150, INTERVAL_NANOS)),
                            new SpeakerSettings(heldUp, 0, 0),
                            diary);
            await("the better one is Active", () -> state(better).equals("MASTER"));
            Speaker weaker =
                    segment.speaker(
                            "b",
                            List.of(instance(51, 100, INTERVAL_NANOS)),
                            SpeakerSettings.withoutDataPlane(),
                            new Segment.Diary());
            await("the weaker one is Backup", () -> state(weaker).equals("BACKUP"));
            diary.actions.clear();
            long fenced = Segment.counter(better, "fenced");
            hold.set(true);
            await("the weaker one takes over", () -> state(weaker).equals("MASTER"));
            // Ownership is lost an interval after the weakest peer's time, not at once.
            Thread.sleep(4 * INTERVAL_MILLIS);
            long heard = Segment.counter(weaker, "advertisements_received");
            release.countDown();
            await("the better one lets go", () -> kinds(diary).contains("ReleaseVips"));
            assertThat(kinds(diary).subList(0, 3))
                    .containsExactly("CloseGate", "CancelAnnouncements", "ReleaseVips");
            await("the better one is Active again", () -> state(better).equals("MASTER"));
            await("the weaker one stepped down", () -> state(weaker).equals("BACKUP"));
            // Nothing was heard of it before its Active_Down_Interval was over.
            assertThat(Segment.counter(weaker, "priority_zero_received")).isZero();
            assertThat(Segment.counter(weaker, "advertisements_received")).isGreaterThan(heard);
            assertThat(Segment.counter(better, "fenced")).isEqualTo(fenced + 1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> kinds(Segment.Diary diary) {
        return new ArrayList<>(diary.actions)
                .stream().map(Action::getClass).map(Class::getSimpleName).toList();
    }
}
