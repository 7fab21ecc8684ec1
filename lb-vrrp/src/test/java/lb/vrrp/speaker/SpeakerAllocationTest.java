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
    private static final long INTERVAL_NANOS = 20_000_000L;
    private static final int TURNS = 100;

    /** Stands for a round that shows nothing. */
    private static final long UNSETTLED = Long.MAX_VALUE;

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
            long first = activeThread.iterator().next();
            long second = backupThread.iterator().next();
            // What happens once, and a machine with much else to do, may take some rounds.
            long least = UNSETTLED;
            for (int round = 0; round < 40 && least > 0; round++) {
                awaitRoles(active, backup);
                least = Math.min(least, bytes(active, backup, first, second));
            }
            assertThat(least).as("bytes for %d adverts sent and heard", TURNS).isZero();
            awaitRoles(active, backup);
        }
    }

    private static void awaitRoles(Speaker active, Speaker backup) {
        await(
                "one is Active, the other its Backup",
                () -> state(active).equals("MASTER") && state(backup).equals("BACKUP"));
    }

    /**
     * Asking the speakers allocates on their threads, so that is left out of what is measured. A
     * round in which one of them was held up and changed its state is {@link #UNSETTLED}.
     */
    private static long bytes(Speaker active, Speaker backup, long first, long second) {
        long transitions = transitions(active) + transitions(backup);
        long sentBefore = counter(active, "advertisements_sent");
        long heardBefore = counter(backup, "advertisements_received");
        Segment.sleep(50);
        long before =
                THREADS.getThreadAllocatedBytes(first) + THREADS.getThreadAllocatedBytes(second);
        Segment.sleep(TURNS * INTERVAL_NANOS / 1_000_000);
        long after =
                THREADS.getThreadAllocatedBytes(first) + THREADS.getThreadAllocatedBytes(second);
        long sent = counter(active, "advertisements_sent") - sentBefore;
        long heard = counter(backup, "advertisements_received") - heardBefore;
        boolean settled = transitions(active) + transitions(backup) == transitions;
        return settled && Math.min(sent, heard) > TURNS / 2 ? after - before : UNSETTLED;
    }

    private static long transitions(Speaker speaker) {
        return counter(speaker, "became_master")
                + counter(speaker, "released_master")
                + counter(speaker, "fenced");
    }

    private static Set<Long> speakerThreads(Set<Long> but) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("lb-vrrp"))
                .map(Thread::threadId)
                .filter(id -> !but.contains(id))
                .collect(Collectors.toSet());
    }
}
