package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import lb.core.service.Protocol;
import lb.core.service.RateLimit;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on new connections for each second, of a service and of each of its clients. */
class RateLimitTest {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final ServiceKey WEB = TestDirector.tcp("10.0.205.100", 80);
    private static final ServiceKey WEB6 = TestDirector.tcp("fd00:205::100", 80);
    private static final IpAddress ALICE = IpAddress.parse("10.0.200.1");
    private static final IpAddress BOB = IpAddress.parse("10.0.200.2");

    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT);
    private final FrameBuilder frame = new FrameBuilder();
    private int port = 1_024;

    private void serve(String scheduler, int perSecond, int perClient) {
        test.limits = Map.of(WEB, new RateLimit(perSecond, perClient));
        test.serve(WEB, scheduler, Set.of(), 1, 1, 1);
    }

    private Verdict open(IpAddress client) {
        port = port == 65_535 ? 1_024 : port + 1;
        return test.receive(frame.tcp(client, port, VIP, 80, Tcp.SYN));
    }

    private int admitted(IpAddress client, int tries) {
        int admitted = 0;
        for (int i = 0; i < tries; i++) {
            admitted += open(client) == Verdict.FORWARDED ? 1 : 0;
        }
        return admitted;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr", "wlc", "mh"})
    void aServiceTakesASecondsWorthAtOnceAndThenItsRate(String scheduler) {
        serve(scheduler, 50, 0);
        assertThat(admitted(ALICE, 30) + admitted(BOB, 30)).isEqualTo(50);
        assertThat(open(BOB)).isEqualTo(Verdict.SERVICE_RATE_LIMITED);
        test.advanceMillis(100);
        assertThat(admitted(BOB, 30)).isEqualTo(5);
        test.advanceMillis(60_000);
        assertThat(admitted(ALICE, 200)).as("a long silence saves up no more").isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr", "mh"})
    void aClientHasItsOwnLimitAndOthersDoNotFeelIt(String scheduler) {
        serve(scheduler, 0, 10);
        assertThat(admitted(ALICE, 100)).isEqualTo(10);
        assertThat(open(ALICE)).isEqualTo(Verdict.CLIENT_RATE_LIMITED);
        assertThat(admitted(BOB, 100)).isEqualTo(10);
        test.advanceMillis(500);
        assertThat(admitted(ALICE, 100)).isEqualTo(5);
    }

    @Test
    void whatIsRefusedToAClientTakesNothingFromTheService() {
        serve("rr", 100, 10);
        admitted(ALICE, 1_000);
        int others = 0;
        for (int client = 2; client < 202; client++) {
            others += admitted(IpAddress.ofIpv4(0x0a00c800 + client), 1);
        }
        assertThat(others).isEqualTo(90);
    }

    @Test
    void whatIsOpenAlreadyIsNotLimited() {
        serve("rr", 1, 1);
        assertThat(open(ALICE)).isEqualTo(Verdict.FORWARDED);
        for (int i = 0; i < 100; i++) {
            assertThat(test.receive(frame.tcp(ALICE, port, VIP, 80, Tcp.ACK)))
                    .isEqualTo(Verdict.FORWARDED);
            assertThat(test.receive(frame.tcp(ALICE, port, VIP, 80, Tcp.SYN)))
                    .as("a SYN sent again")
                    .isEqualTo(Verdict.FORWARDED);
        }
        serve("mh", 1, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(test.receive(frame.tcp(BOB, 2_000 + i, VIP, 80, Tcp.ACK)))
                    .as("taken over in mid-flow from another director")
                    .isEqualTo(Verdict.FORWARDED);
        }
    }

    @Test
    void whatHasLostItsRealServerIsNotCountedASecondTime() {
        ServiceKey dns = new ServiceKey(VIP, 53, Protocol.UDP);
        test.limits = Map.of(dns, new RateLimit(4, 4));
        test.serve(dns, "rr", Set.of(), 1, 1);
        for (int i = 0; i < 4; i++) {
            assertThat(test.receive(frame.udp(ALICE, 2_000 + i, VIP, 53, 8)))
                    .isEqualTo(Verdict.FORWARDED);
        }
        test.serve(dns, "rr", Set.of(), 1);
        for (int i = 0; i < 4; i++) {
            assertThat(test.receive(frame.udp(ALICE, 2_000 + i, VIP, 53, 8)))
                    .as("flow %d goes to the real server that is left", i)
                    .isEqualTo(Verdict.FORWARDED);
        }
        assertThat(test.receive(frame.udp(ALICE, 3_000, VIP, 53, 8)))
                .isEqualTo(Verdict.CLIENT_RATE_LIMITED);
    }

    @Test
    void anIpv6ClientIsItsWholeNetworkOf64Bits() {
        test.limits = Map.of(WEB6, new RateLimit(0, 10));
        test.serve6(WEB6, "rr");
        Random random = new Random(64);
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            IpAddress client = new IpAddress(0xfd00_0200_0000_0001L, random.nextLong());
            admitted +=
                    test.receive(frame.tcp(client, 40_000, WEB6.address(), 80, Tcp.SYN))
                                    == Verdict.FORWARDED
                            ? 1
                            : 0;
        }
        assertThat(admitted).isEqualTo(10);
        IpAddress neighbour = new IpAddress(0xfd00_0200_0000_0002L, 1);
        assertThat(test.receive(frame.tcp(neighbour, 40_000, WEB6.address(), 80, Tcp.SYN)))
                .isEqualTo(Verdict.FORWARDED);
    }

    @Test
    void aChangeOfTheConfigurationKeepsWhatWasCounted() {
        serve("rr", 10, 5);
        assertThat(admitted(ALICE, 20)).isEqualTo(5);
        test.serve(WEB, "rr", Set.of(), 1, 1);
        assertThat(open(ALICE)).isEqualTo(Verdict.CLIENT_RATE_LIMITED);
        assertThat(admitted(BOB, 20)).isEqualTo(5);
        test.limits = Map.of();
        test.serve(WEB, "rr", Set.of(), 1, 1);
        assertThat(admitted(ALICE, 100)).as("off again").isEqualTo(100);
    }

    /** In no window of a second pass more than twice the rate, over time no more than the rate. */
    @Test
    void overRandomTimesEachClientGetsItsRateThoughManyOthersFlood() {
        serve("mh", 0, 20);
        Random random = new Random(20);
        Map<IpAddress, Integer> passed = new HashMap<>();
        int seconds = 20;
        for (int milli = 0; milli < seconds * 1_000; milli++) {
            test.advanceMillis(1);
            for (int i = 0; i < 5; i++) {
                open(IpAddress.ofIpv4(0x30000000 | random.nextInt() & 0x0fff_ffff));
            }
            IpAddress steady = random.nextBoolean() ? ALICE : BOB;
            if (open(steady) == Verdict.FORWARDED) {
                passed.merge(steady, 1, Integer::sum);
            }
        }
        for (IpAddress client : new IpAddress[] {ALICE, BOB}) {
            assertThat(passed.get(client)).isBetween(20 * seconds, 20 * (seconds + 1));
        }
    }
}
