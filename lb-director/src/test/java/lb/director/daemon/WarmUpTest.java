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
    void everyFrameTakesTheWholeWay() {
        VerdictCounters counters =
                WarmUp.run(SchedulerRegistry.load(WarmUpTest.class.getClassLoader()));
        Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            if (counters.count(verdict) > 0) {
                verdicts.put(verdict, counters.count(verdict));
            }
        }
        assertThat(verdicts).containsOnlyKeys(Verdict.FORWARDED);
    }
}
