package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import lb.core.director.Verdict;
import lb.core.director.VerdictCounters;
import lb.core.service.SchedulerRegistry;
import lb.core.wire.Ethernet;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import lb.core.wire.VnetHeader;
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

    @Test
    void someChecksumsCarryWhenTheTimeToLiveIsLowered() {
        int carries = 0;
        int frames = 2_000;
        try (Memory.Scratch memory = Memory.scratch(128)) {
            long frame = memory.address() + VnetHeader.LENGTH;
            for (int client = 0; client < frames; client++) {
                WarmUp.write(frame, client, Tcp.ACK);
                int checksum = Memory.u16(frame + Ethernet.HEADER_LENGTH + 10);
                // RFC 1624: the time to live is the high byte of its word.
                carries += checksum + 0x0100 >= 0xffff ? 1 : 0;
            }
        }
        assertThat(carries).isBetween(1, frames / 10);
    }
}
