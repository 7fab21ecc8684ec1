package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import lb.core.director.Verdict;
import lb.core.director.VerdictCounters;
import lb.core.service.SchedulerRegistry;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void everyFrameTakesTheWholeWay() {
        VerdictCounters verdicts = WarmUp.run(SchedulerRegistry.load());
        assertThat(verdicts.total()).isPositive();
        assertThat(verdicts.count(Verdict.FORWARDED)).isEqualTo(verdicts.total());
    }
}
