package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lb.core.channel.FrameBatch;
import lb.core.channel.FrameSink;
import lb.core.service.ClassifierRule;
import lb.core.service.Gate;
import lb.core.service.Network;
import lb.core.service.Protocol;
import lb.core.service.RateLimit;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Ipv4;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteadyStateAllocationTest {
    private static final int FRAMES = 1_000_000;
    private static final IpAddress CLIENT = IpAddress.parse("10.0.200.22");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final FrameSink SINK =
            new FrameSink() {
                @Override
                public boolean transmit(long frame, int length) {
                    return true;
                }

                @Override
                public void flush() {}
            };

    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT);
    private final Ingress ingress = new Ingress(Ingress.ANY_MAC, SINK);
    private final FrameBuilder builder = new FrameBuilder();

    private long allocatedBy(FrameBatch batch, long frames, long nanosPerFrame, long startNanos) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (long i = 0; i < frames; i++) {
            // The frame goes round: each pass took one hop.
            Ipv4.write(builder.address() + 14, 0, 40, 1, 0, 64, 6, CLIENT.ipv4(), (int) VIP.low());
            test.director.onFrames(batch, ingress, startNanos + i * nanosPerFrame);
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");

    private long steadyState(String scheduler, long nanosPerFrame) {
        ServiceKey key = TestDirector.tcp(VIP.toString(), 80);
        test.director.waysOut().put(TestDirector.INTERFACE, SINK);
        test.serve(key, scheduler, Set.of(), 1, 1);
        long now = 3_600_000_000_000L;
        test.director.onFrames(builder.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN).batch(), ingress, now);
        FrameBatch batch = builder.tcp(CLIENT, 40_000, VIP, 80, Tcp.ACK).batch();
        allocatedBy(batch, 200_000, nanosPerFrame, now);
        now += 200_000 * nanosPerFrame;
        long bytes = allocatedBy(batch, FRAMES, nanosPerFrame, now);
        assertThat(test.director.verdicts().count(Verdict.FORWARDED)).isEqualTo(FRAMES + 200_001L);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr", "mh"})
    void anEstablishedConnectionAllocatesNothingPerFrame(String scheduler) {
        // A few hundred bytes may come from the JVM itself, such as a late class; a byte a frame
        // would be a million.
        assertThat(steadyState(scheduler, 1_000)).isLessThan(4_096);
    }

    /** At 10 frames a second every tenth tells the table that the connection lives. */
    @Test
    void norDoesTellingTheTableOnceASecond() {
        assertThat(steadyState("rr", 100_000_000)).isLessThan(4_096);
    }

    /** Computed SYNs of a service that is found by mark, most of them one too many. */
    @Test
    void norDoesAFloodOfSynsAgainstALimit() {
        ServiceKey key = ServiceKey.ofMark(1, true);
        test.director.waysOut().put(TestDirector.INTERFACE, SINK);
        test.rules =
                List.of(
                        new ClassifierRule(
                                1,
                                new Network(IpAddress.ofIpv4(0), 0),
                                VIP,
                                Protocol.TCP,
                                80,
                                443,
                                Gate.ALWAYS_OPEN));
        test.limits = Map.of(key, new RateLimit(100_000, 1_000));
        test.serve(key, "mh", Set.of(), 1, 1);
        FrameBatch batch = builder.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN).batch();
        long now = 3_600_000_000_000L;
        allocatedBy(batch, 200_000, 1_000, now);
        assertThat(allocatedBy(batch, FRAMES, 1_000, now + 200_000_000L)).isLessThan(4_096);
        assertThat(test.director.verdicts().count(Verdict.CLIENT_RATE_LIMITED))
                .isGreaterThan(FRAMES / 2);
        assertThat(test.director.verdicts().count(Verdict.FORWARDED)).isGreaterThan(1_000);
    }
}
