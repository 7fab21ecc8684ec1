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
}
