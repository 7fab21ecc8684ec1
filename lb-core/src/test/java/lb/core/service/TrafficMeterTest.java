package lb.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** IPVS's estimator, and counters that are set to zero while workers count. */
class TrafficMeterTest {
    private final TrafficCounters[] counters = Traffic.counters(2);
    private final TrafficMeter meter = new TrafficMeter(counters);
    private long nowNanos = -TimeUnit.SECONDS.toNanos(3);

    private void sampleAfter(int packets) {
        for (int i = 0; i < packets; i++) {
            counters[i % 2].countPacket(100);
        }
        counters[0].countConnection();
        nowNanos += TimeUnit.SECONDS.toNanos(2);
        meter.sample(nowNanos);
    }

    @Test
    void theAverageGoesAQuarterOfTheWayToEachSample() {
        sampleAfter(7_000);
        assertThat(meter.rates()).as("nothing to compare with yet").isEqualTo(Rates.NONE);
        sampleAfter(800);
        assertThat(meter.rates()).isEqualTo(new Rates(0.125, 100, 10_000));
        sampleAfter(800);
        assertThat(meter.rates().packets()).isEqualTo(175);
        sampleAfter(0);
        assertThat(meter.rates().packets()).isEqualTo(131.25);
    }

    @Test
    void aSteadyRateIsReachedAfterAWhileAndForgottenAfterAWhile() {
        for (int i = 0; i < 30; i++) {
            sampleAfter(200);
        }
        assertThat(meter.rates().packets()).isCloseTo(100, within(0.1));
        assertThat(meter.rates().bytes()).isCloseTo(10_000, within(10.0));
        for (int i = 0; i < 30; i++) {
            sampleAfter(0);
        }
        assertThat(meter.rates().packets()).isCloseTo(0, within(0.1));
    }

    @Test
    void aSampleThatComesLateCountsForEachSecond() {
        sampleAfter(0);
        counters[1].countPacket(4_000);
        nowNanos += TimeUnit.SECONDS.toNanos(8);
        meter.sample(nowNanos);
        assertThat(meter.rates().bytes()).isEqualTo(125);
    }

    @Test
    void zeroTakesNothingFromTheWorkersCounters() {
        sampleAfter(0);
        sampleAfter(800);
        meter.zero();
        assertThat(meter.total()).isEqualTo(Traffic.NONE);
        assertThat(meter.rates()).isEqualTo(Rates.NONE);
        assertThat(counters[0].packets() + counters[1].packets()).isEqualTo(800);
        counters[1].countPacket(60);
        assertThat(meter.total()).isEqualTo(new Traffic(0, 1, 60));
        sampleAfter(0);
        assertThat(meter.rates().packets()).as("the packets before count no more").isEqualTo(0.125);
    }
}
