package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import lb.core.service.SchedulerRegistry;
import org.junit.jupiter.api.Test;

class LateWarmUpTest {
    private static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(LateWarmUpTest.class.getClassLoader());
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void itWarmsUpAfterEachPauseAndEnds() throws InterruptedException {
        try (LateWarmUp warmUp = LateWarmUp.begin(List.of(PAUSE, PAUSE), REGISTRY, 1)) {
            await(() -> !warmUp.isRunning());
            assertThat(warmUp.rounds()).isEqualTo(2);
        }
    }

    @Test
    void itEndsWhenItIsClosedWhateverIsLeft() throws InterruptedException {
        LateWarmUp warmUp = LateWarmUp.begin(Collections.nCopies(10_000, PAUSE), REGISTRY, 1);
        await(() -> warmUp.rounds() > 0);

        warmUp.close();

        await(() -> !warmUp.isRunning());
        assertThat(warmUp.rounds()).isLessThan(10_000);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
