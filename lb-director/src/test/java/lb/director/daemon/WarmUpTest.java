package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import lb.core.director.Verdict;
import lb.core.director.VerdictCounters;
import lb.core.service.SchedulerRegistry;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void everyFrameForAServiceTakesTheWholeWay() {
        Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
        for (VerdictCounters counters :
                WarmUp.run(SchedulerRegistry.load(WarmUpTest.class.getClassLoader()))) {
            for (Verdict verdict : Verdict.values()) {
                if (counters.count(verdict) > 0) {
                    verdicts.merge(verdict, counters.count(verdict), Long::sum);
                }
            }
        }
        assertThat(verdicts)
                .containsOnlyKeys(
                        Verdict.FORWARDED, Verdict.NO_SERVICE, Verdict.NOT_OUR_MAC, Verdict.NOT_IP);
        assertThat(verdicts.get(Verdict.FORWARDED))
                .isGreaterThan(10 * verdicts.get(Verdict.NO_SERVICE));
    }
}
