package lb.vrrp.automaton;

import static org.assertj.core.api.Assertions.assertThat;

import lb.vrrp.wire.VrrpVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of vrrp.md section 4.1, and the anchor figures of vrrp-peers.md section 3, in
 * nanoseconds.
 */
class ElectionTimesTest {
    @ParameterizedTest
    @CsvSource({
        // version, priority, interval in ns, skew in ns, down interval in ns
        "V2, 254, 1000000000,   7812500, 3007812500",
        "V2, 150, 1000000000, 414062500, 3414062500",
        "V2, 100, 1000000000, 609375000, 3609375000",
        "V2,  50, 1000000000, 804687500, 3804687500",
        "V2,   1, 1000000000, 996093750, 3996093750",
        "V3, 254, 1000000000,   7812500, 3007812500",
        "V3, 150, 1000000000, 414062500, 3414062500",
        "V3, 100, 1000000000, 609375000, 3609375000",
        "V3,  50, 1000000000, 804687500, 3804687500",
        "V3,   1, 1000000000, 996093750, 3996093750",
        "V3, 254,  100000000,    781250,  300781250",
        "V3, 150,  100000000,  41406250,  341406250",
        "V3, 100,  100000000,  60937500,  360937500",
        "V3,  50,  100000000,  80468750,  380468750",
        "V3,   1,  100000000,  99609375,  399609375",
        "V3, 100,   50000000,  30468750,  180468750",
        "V3, 100,   20000000,  12187500,   72187500",
        "V3, 100,   10000000,   6093750,   36093750",
        "V3, 255,   10000000,     39062,   30039062",
        "V3,   1, 40950000000, 40790039062, 163640039062",
        "V2, 100, 10000000000, 609375000, 30609375000",
    })
    void skewAndDownIntervalFollowSection41(
            VrrpVersion version, int priority, long intervalNanos, long skewNanos, long downNanos) {
        assertThat(ElectionTimes.skewNanos(version, priority, intervalNanos)).isEqualTo(skewNanos);
        assertThat(ElectionTimes.activeDownNanos(version, priority, intervalNanos, 3))
                .isEqualTo(downNanos);
    }
}
