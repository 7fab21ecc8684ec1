package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ChangeRuleTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ChangeRule rule = ChangeRule.forSlots(4096);

    @Test
    void v3IsWatchedTwiceAsLongAfterEachRelapseAndNoMoreThanSoLong() {
        long calm = rule.calmNanos();
        for (int relapses = 1; relapses <= 10; relapses++) {
            calm = rule.nextCalmNanos(calm, SECOND / 10);
            assertThat(calm).isEqualTo(Math.min(rule.calmNanos() << relapses, 10 * SECOND));
        }
    }

    @Test
    void whoHasKeptUpForLongBeginsAnew() {
        assertThat(rule.nextCalmNanos(rule.calmNanos(), 3 * SECOND)).isEqualTo(rule.calmNanos());
        assertThat(rule.nextCalmNanos(10 * SECOND, 90 * SECOND)).isEqualTo(10 * SECOND);
        assertThat(rule.nextCalmNanos(10 * SECOND, 101 * SECOND)).isEqualTo(rule.calmNanos());
    }

    @Test
    void whoIsBusyAtAHighRateGetsV3() {
        assertThat(rule.isBusy(0.5, 800_000)).isTrue();
        assertThat(rule.isBusy(0.49, 800_000)).isFalse();
        assertThat(rule.isBusy(1, 81_000)).isFalse();
    }

    @Test
    void noLoadThatStaysTheSameIsBothBusyAndCalm() {
        for (double rate = 10_000; rate < 2_000_000; rate *= 1.1) {
            // V3 takes the same time, or down to a third of it.
            for (double share = 0; share <= 1; share += 0.01) {
                boolean busy = rule.isBusy(share, rate);
                assertThat(busy && rule.isCalm(share, rate)).isFalse();
                assertThat(busy && rule.isCalm(share / 3, rate)).isFalse();
            }
        }
    }
}
