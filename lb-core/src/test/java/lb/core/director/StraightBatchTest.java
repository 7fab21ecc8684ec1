package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lb.core.channel.FrameBatch;
import lb.core.channel.FrameSink;
import lb.core.service.Gate;
import lb.core.service.Persistence;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens while the frames of one batch go straight. */
class StraightBatchTest {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final ServiceKey WEB = TestDirector.tcp("10.0.205.100", 80);
    private static final int FRAMES = 8;

    /** The frame with which it happens. */
    private static final int THIRD = 3;

    private final Gate gate = Gate.closed();
    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT);
    private final List<FrameBuilder> frames = new ArrayList<>();
    private final FrameBatch batch = new FrameBatch(FRAMES);
    private Runnable atTheThird = () -> {};
    private boolean taken = true;
    private int sent;

    /** Takes frames as a ring does, by which the third one may do something, or fail. */
    private final FrameSink sink =
            new FrameSink() {
                @Override
                public boolean transmit(long frame, int length) {
                    sent++;
                    if (sent == THIRD) {
                        atTheThird.run();
                    }
                    return taken;
                }

                @Override
                public void flush() {}
            };

    @BeforeEach
    void open() {
        test.director.waysOut().put(TestDirector.INTERFACE, sink);
        test.replace(
                List.of(
                        new ServiceDefinition(
                                WEB,
                                "rr",
                                Set.of(),
                                Persistence.NONE,
                                false,
                                List.of(
                                        new RealServerDefinition(
                                                IpAddress.parse("10.0.206.1"), 80, 1)),
                                gate)));
        gate.open();
        for (int i = 0; i < FRAMES; i++) {
            frames.add(new FrameBuilder());
        }
        receive(Tcp.SYN);
        receive(Tcp.ACK);
        receive(Tcp.ACK);
        long before = test.director.wentStraight();
        receive(Tcp.ACK);
        assertThat(test.director.wentStraight() - before).as("all of a batch").isEqualTo(FRAMES);
        sent = 0;
    }

    private void receive(int flags) {
        batch.clear();
        for (int i = 0; i < FRAMES; i++) {
            IpAddress client = IpAddress.ofIpv4(0x0a00_c801 + i);
            FrameBuilder frame = frames.get(i).tcp(client, 40_000, VIP, 80, flags);
            batch.add(frame.address(), frame.length());
        }
        test.director.onFrames(
                batch, new Ingress(FrameBuilder.DIRECTOR_MAC, test.back), 3_600_000_000_000L);
    }

    private long count(Verdict verdict) {
        return test.director.verdicts().count(verdict);
    }

    @Test
    void aGateClosesWithinABatch() {
        long before = count(Verdict.FORWARDED);
        atTheThird = gate::close;
        receive(Tcp.ACK);
        assertThat(count(Verdict.FORWARDED) - before).isEqualTo(THIRD);
        assertThat(count(Verdict.GATE_CLOSED)).isEqualTo(FRAMES - THIRD);
        assertThat(sent).isEqualTo(THIRD);
    }

    @Test
    void whatIsRefusedIsOfferedOnceAndCountedAsSuch() {
        long before = count(Verdict.FORWARDED);
        long packets = test.table().services().iterator().next().traffic().packets();
        atTheThird = () -> taken = false;
        receive(Tcp.ACK);
        assertThat(count(Verdict.FORWARDED) - before).isEqualTo(THIRD - 1);
        assertThat(count(Verdict.TRANSMIT_QUEUE_FULL)).isEqualTo(FRAMES - THIRD + 1);
        assertThat(sent).isEqualTo(FRAMES);
        assertThat(test.table().services().iterator().next().traffic().packets() - packets)
                .isEqualTo(THIRD - 1);
    }

    @Test
    void afterAFaultOfTheWayOutTheFrameIsNotSentAgainAndTheOthersGoOn() {
        long before = count(Verdict.FORWARDED);
        atTheThird =
                () -> {
                    throw new IllegalStateException("on purpose");
                };
        receive(Tcp.ACK);
        assertThat(count(Verdict.INTERNAL_ERROR)).isEqualTo(1);
        assertThat(count(Verdict.FORWARDED) - before).isEqualTo(FRAMES - 1);
        assertThat(sent).isEqualTo(FRAMES);
    }
}
