package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import lb.core.connection.ConnectionState;
import lb.core.connection.Timeouts;
import lb.core.connection.TouchInterval;
import lb.core.director.Verdict;
import lb.core.director.VerdictCounters;
import lb.core.service.SchedulerRegistry;
import lb.core.wire.Ethernet;
import lb.core.wire.IpProtocol;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import lb.core.wire.VnetHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {
    private static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(WarmUpTest.class.getClassLoader());

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyFrameForAServiceTakesTheWholeWayAndConnectionsEnd(int workers) {
        WarmUp.Outcome outcome = WarmUp.run(REGISTRY, workers);
        Map<Verdict, Long> verdicts = sum(outcome.verdicts());
        assertThat(verdicts)
                .containsOnlyKeys(
                        Verdict.FORWARDED,
                        Verdict.LOOP,
                        Verdict.NO_SERVICE,
                        Verdict.NOT_OUR_MAC,
                        Verdict.NOT_IP);
        assertThat(verdicts.get(Verdict.FORWARDED))
                .isGreaterThan(10 * verdicts.get(Verdict.NO_SERVICE));
        // Not all that were closed: Caffeine notes 16 uses at a time, and forgets the rest.
        assertThat(outcome.ended()).isGreaterThanOrEqualTo(outcome.verdicts().size());
    }

    private static Map<Verdict, Long> sum(List<VerdictCounters> all) {
        Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
        for (VerdictCounters counters : all) {
            for (Verdict verdict : Verdict.values()) {
                if (counters.count(verdict) > 0) {
                    verdicts.merge(verdict, counters.count(verdict), Long::sum);
                }
            }
        }
        return verdicts;
    }

    @Test
    void anInterruptEndsItBeforeTheNextDirector() {
        Thread.currentThread().interrupt();
        WarmUp.Outcome outcome = WarmUp.run(REGISTRY, 1);
        assertThat(Thread.interrupted()).as("the interrupt is left to the caller").isTrue();
        assertThat(outcome.verdicts()).isEmpty();
    }

    @Test
    void afterTheSilenceTheTableHasToHearOfEveryConnection() {
        TouchInterval interval = new TouchInterval(Timeouts.DEFAULT);
        assertThat(WarmUp.SILENCE_NANOS)
                .isGreaterThan(interval.nanos(IpProtocol.TCP))
                .isGreaterThan(interval.nanos(IpProtocol.UDP))
                .isLessThan(Timeouts.DEFAULT.nanos(ConnectionState.UDP));
    }

    @Test
    void someChecksumsCarryWhenTheTimeToLiveIsLowered() {
        int carries = 0;
        int frames = 2_000;
        try (Memory.Scratch memory = Memory.scratch(128)) {
            long frame = memory.address() + VnetHeader.LENGTH;
            for (int client = 0; client < frames; client++) {
                WarmUpFrames.write(frame, client, Tcp.ACK);
                int checksum = Memory.u16(frame + Ethernet.HEADER_LENGTH + 10);
                // RFC 1624: the time to live is the high byte of its word.
                carries += checksum + 0x0100 >= 0xffff ? 1 : 0;
            }
        }
        assertThat(carries).isBetween(1, frames / 10);
    }
}
