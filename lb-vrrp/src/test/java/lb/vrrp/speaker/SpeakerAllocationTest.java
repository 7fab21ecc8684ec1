package lb.vrrp.speaker;

import static lb.vrrp.speaker.Segment.await;
import static lb.vrrp.speaker.Segment.counter;
import static lb.vrrp.speaker.Segment.instance;
import static lb.vrrp.speaker.Segment.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The speaker's thread, on real sockets: what it does again and again allocates nothing. */
class SpeakerAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long INTERVAL_NANOS = 10_000_000L;
    private static final int TURNS = 200;

    @Test
    void anActiveAndABackupAllocateNotOneByteForAnAdvert() throws Exception {
        try (Segment segment = new Segment()) {
            Set<Long> none = speakerThreads(Set.of());
            Speaker active =
                    segment.speaker(
                            "a",
                            List.of(instance(51, 150, INTERVAL_NANOS)),
                            SpeakerSettings.withoutDataPlane(),
                            new Segment.Diary());
            Set<Long> activeThread = speakerThreads(none);
            Speaker backup =
                    segment.speaker(
                            "b",
                            List.of(instance(51, 100, INTERVAL_NANOS)),
                            SpeakerSettings.withoutDataPlane(),
                            new Segment.Diary());
            none.addAll(activeThread);
            Set<Long> backupThread = speakerThreads(none);
            assertThat(activeThread).hasSize(1);
            assertThat(backupThread).hasSize(1);
            await(
                    "one is Active",
                    () -> state(active).equals("MASTER") && state(backup).equals("BACKUP"));

            long first = activeThread.iterator().next();
            long second = backupThread.iterator().next();
            // What happens once, and a machine with much else to do, may take some rounds.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 10 && least > 0; round++) {
                least = Math.min(least, bytes(active, backup, first, second));
            }
            assertThat(least).as("bytes for %d adverts sent and heard", TURNS).isZero();
            assertThat(state(active) + state(backup)).isEqualTo("MASTERBACKUP");
        }
    }

    /** Asking the speakers allocates on their threads, so that is left out of what is measured. */
    private static long bytes(Speaker active, Speaker backup, long first, long second) {
        long sentBefore = counter(active, "advertisements_sent");
        long heardBefore = counter(backup, "advertisements_received");
        Segment.sleep(50);
        long before =
                THREADS.getThreadAllocatedBytes(first) + THREADS.getThreadAllocatedBytes(second);
        Segment.sleep(TURNS * INTERVAL_NANOS / 1_000_000);
        long after =
                THREADS.getThreadAllocatedBytes(first) + THREADS.getThreadAllocatedBytes(second);
        assertThat(counter(active, "advertisements_sent") - sentBefore).isGreaterThan(TURNS / 2);
        assertThat(counter(backup, "advertisements_received") - heardBefore)
                .isGreaterThan(TURNS / 2);
        return after - before;
    }

    private static Set<Long> speakerThreads(Set<Long> but) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("lb-vrrp"))
                .map(Thread::threadId)
                .filter(id -> !but.contains(id))
                .collect(Collectors.toSet());
    }
}
