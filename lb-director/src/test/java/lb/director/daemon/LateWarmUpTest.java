package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lb.core.service.Revision;
import lb.core.service.SchedulerRegistry;
import org.junit.jupiter.api.Test;

class LateWarmUpTest {
    private static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(LateWarmUpTest.class.getClassLoader());
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void itEndsByItselfAfterItsLastRound() throws InterruptedException {
        int before = Revision.current();
        List<Duration> pauses = Collections.nCopies(2, Duration.ofMillis(1));
        try (LateWarmUp warmUp = LateWarmUp.begin(pauses, REGISTRY, 1)) {
            awaitEnd(warmUp);
            assertThat(Revision.current()).as("tables came into force").isGreaterThan(before);
        }
    }

    private static void awaitEnd(LateWarmUp warmUp) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (warmUp.isRunning() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(warmUp.isRunning()).isFalse();
    }

    @Test
    void aDirectorThatStopsDoesNotWaitForIt() {
        LateWarmUp warmUp = LateWarmUp.begin(List.of(PATIENCE), REGISTRY, 1);
        long began = System.nanoTime();

        warmUp.close();

        assertThat(warmUp.isRunning()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
    }
}
