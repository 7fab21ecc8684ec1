package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import lb.core.forward.DirectRouting;
import lb.core.service.NextHop;
import lb.core.service.RealServer;
import lb.core.service.ServiceKey;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that a director has forwarded before, and a real server that is the director itself. */
class LoopTest {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final IpAddress CLIENT = IpAddress.parse("10.0.200.22");
    private static final ServiceKey WEB = TestDirector.tcp("10.0.205.100", 80);

    private final FrameBuilder frame = new FrameBuilder();

    private static TestDirector director(boolean keepTimeToLive, NextHop next) {
        TestDirector test =
                new TestDirector(
                        new DirectorSettings(
                                new DirectRouting(keepTimeToLive, false),
                                true,
                                true,
                                SloppyTcp.AUTO,
                                1));
        test.serve(WEB, "rr", Set.of(), 1);
        RealServer only = test.table().get(WEB).realServers().getFirst();
        only.moveTo(next);
        return test;
    }

    @Test
    void aFrameFromAnAddressOfThisHostHasBeenForwardedBefore() {
        TestDirector test =
                director(false, new NextHop(TestDirector.INTERFACE, 0x0206L, 0x02aaL, 1500));
        test.director.onOwnMac(0x02aaL);
        frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN);
        Ethernet.putSource(frame.address(), 0x02aaL);
        assertThat(test.receive(frame)).isEqualTo(Verdict.LOOP);
        assertThat(test.out.frames).isEmpty();
        assertThat(test.liveConnections()).as("it leaves no entry").isEmpty();
        assertThat(test.receive(frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN)))
                .isEqualTo(Verdict.FORWARDED);
        frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.ACK);
        Ethernet.putSource(frame.address(), 0x02aaL);
        assertThat(test.receive(frame)).as("of a known connection").isEqualTo(Verdict.LOOP);
        assertThat(test.receive(frame.tcp(CLIENT, 1, VIP, 81, Tcp.SYN)))
                .isEqualTo(Verdict.NO_SERVICE);
    }

    /** Two directors, each the other's only real server. */
    @ParameterizedTest(name = "ttl keep: {0}")
    @ValueSource(booleans = {true, false})
    void twoDirectorsDoNotSendAFrameToAndFro(boolean keepTimeToLive) {
        long oneMac = FrameBuilder.DIRECTOR_MAC;
        long otherMac = 0x02bbL;
        TestDirector one =
                director(
                        keepTimeToLive,
                        new NextHop(TestDirector.INTERFACE, otherMac, oneMac, 1500));
        TestDirector other =
                director(
                        keepTimeToLive,
                        new NextHop(TestDirector.INTERFACE, oneMac, otherMac, 1500));
        assertThat(one.receive(frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN)))
                .isEqualTo(Verdict.FORWARDED);
        byte[] forwarded = one.out.only().clone();
        frame.raw(forwarded, forwarded.length);
        assertThat(Ethernet.destination(frame.address())).isEqualTo(otherMac);
        // The test's directors all listen to one MAC address.
        Ethernet.putDestination(frame.address(), FrameBuilder.DIRECTOR_MAC);
        assertThat(other.receive(frame)).isEqualTo(Verdict.LOOP);
        assertThat(other.out.frames).isEmpty();
    }

    @Test
    void whatIsForThisHostItselfLeavesForItsLoopbackAsItCame() {
        TestDirector test = director(false, NextHop.local(TestDirector.INTERFACE, 65_536));
        frame.timeToLive = 1;
        frame.tcp(CLIENT, 40_000, VIP, 80, Tcp.SYN);
        byte[] came = frame.bytes();
        assertThat(test.receive(frame)).as("no hop is taken").isEqualTo(Verdict.FORWARDED);
        byte[] left = test.out.only();
        assertThat(Arrays.copyOf(left, 12)).as("the MAC addresses of lo").containsOnly(0);
        assertThat(Arrays.copyOfRange(left, 12, left.length))
                .isEqualTo(Arrays.copyOfRange(came, 12, came.length));
        assertThat(left[14 + 8]).isEqualTo((byte) 1);
    }
}
