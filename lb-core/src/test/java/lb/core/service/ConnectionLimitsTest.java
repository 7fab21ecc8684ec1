package lb.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import lb.core.service.ConnectionLimits.Admission;
import lb.core.wire.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two workers ask by turns, each by a clock of its own: one is a little behind the other. */
class ConnectionLimitsTest {
    private static final ServiceKey WEB =
            new ServiceKey(IpAddress.parse("10.0.205.100"), 80, Protocol.TCP);
    private static final Flow FLOW = TestServers.flow(1);
    private static final int PER_SECOND = 1_000;

    @ParameterizedTest
    @CsvSource({
        "1000, 0, 100_000",
        "0, 1000, 100_000",
        "1000, 0, 50_000_000",
        "0, 1000, 50_000_000",
        "1000, 0, 0",
        "0, 1000, 0"
    })
    void aWorkerWhoseClockIsBehindDoesNotRefillALimit(
            int perSecond, int perClient, String behindNanos) {
        long behind = Long.parseLong(behindNanos.replace("_", ""));
        ConnectionLimits limits =
                ConnectionLimits.NONE.replacedBy(Map.of(WEB, new RateLimit(perSecond, perClient)));
        long begin = 3_600_000_000_000L;
        int seconds = 3;
        int admitted = 0;
        // Ten times the limit.
        for (int i = 0; i < seconds * PER_SECOND * 10; i++) {
            long now = begin + i * 100_000L;
            admitted += limits.admit(WEB, FLOW, now) == Admission.ADMITTED ? 1 : 0;
            admitted += limits.admit(WEB, FLOW, now - behind) == Admission.ADMITTED ? 1 : 0;
        }
        assertThat(admitted)
                .as("a second's worth at once, then the rate")
                .isBetween((seconds + 1) * PER_SECOND - 2, (seconds + 1) * PER_SECOND);
    }
}
