package lb.director.daemon;

import static lb.director.daemon.CaseLab.downMillis;
import static lb.director.daemon.CaseLab.epochNanos;
import static lb.director.daemon.VrrpLab.MAC_A;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import lb.director.daemon.Instances.One;
import lb.director.lab.LabProcess;
import lb.director.lab.VrrpAdvert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sections B (alone) and C of vrrp-cases.md: an Active director, and adverts from an injector. */
class ActiveCasesTest {
    private static final int PRIORITY = 150;
    private static final String INTERVAL = "0.4";
    private static final double MILLIS = 400;

    /** How often something is tried until this machine does it in time. */
    private static final int ATTEMPTS = 10;

    private static final One ALONE = Instances.v2(50, 100);
    private static final One ISSUE =
            Instances.v3(51, 100, "0.1").withVips(List.of("192.168.1.100/24"));
    private static final One OWNER = Instances.v3(52, 255, "0.1");
    private static final One LOWER = Instances.v3(53, PRIORITY, INTERVAL);
    private static final One HIGHER = Instances.v3(54, PRIORITY, INTERVAL);
    private static final One EQUAL_HIGHER = Instances.v3(55, PRIORITY, INTERVAL);
    private static final One EQUAL_LOWER = Instances.v3(56, PRIORITY, INTERVAL);
    private static final One ZERO = Instances.v3(57, PRIORITY, INTERVAL);
    private static final One LEARNING = Instances.v3(58, PRIORITY, INTERVAL);
    private static final One OWNERS_CONFLICT = Instances.v3(59, 255, INTERVAL);
    private static final One DEAF = Instances.v3(60, PRIORITY, INTERVAL);
    private static final One UNSIGNED = Instances.v3(61, PRIORITY, INTERVAL);

    private static CaseLab lab;
    private static LabProcess director;
    private static long started;

    @BeforeAll
    static void start() {
        lab = CaseLab.open();
        started = epochNanos();
        director =
                lab.net.lb(
                        lab.net.a,
                        Instances.of(
                                        ALONE,
                                        ISSUE,
                                        OWNER,
                                        LOWER,
                                        HIGHER,
                                        EQUAL_HIGHER,
                                        EQUAL_LOWER,
                                        ZERO,
                                        LEARNING,
                                        OWNERS_CONFLICT,
                                        DEAF,
                                        UNSIGNED)
                                .text());
        director.awaitOutput("(V50) BACKUP -> MASTER", PATIENCE);
    }

    @AfterAll
    static void remove() {
        if (lab != null) {
            lab.assertChecksumsGood("02:00:00:00:00:01");
            lab.close();
        }
    }

    private static List<VrrpAdvert> ours(One one, long since) {
        return lab.adverts(MAC_A, one, since);
    }

    /** From the injector's advert on: ours, once there are so many. */
    private static List<VrrpAdvert> oursAfter(One one, long moment, int count) {
        // The slowest of them speaks once a second.
        VrrpLab.await(
                count + " adverts of V" + one.vrid(),
                PATIENCE.plusSeconds(count),
                () -> ours(one, moment).size() >= count);
        return ours(one, moment);
    }

    /** Sends it once; when the observer saw it. */
    private static long inject(One one, ForgedAdvert advert) {
        int before = injected(one).size();
        lab.injector.send(advert.frame());
        VrrpLab.await("it is captured", () -> injected(one).size() > before);
        return injected(one).getLast().epochNanos();
    }

    /**
     * Injects an advert soon after one of ours, so that an answer at once comes before our next one
     * would; as often as it takes until this machine is not held up meanwhile.
     *
     * @return ours from the answer on
     */
    private static List<VrrpAdvert> answer(One one, ForgedAdvert advert) {
        double latest = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
            VrrpAdvert before = oursAfter(one, epochNanos(), 1).getFirst();
            long moment = inject(one, advert);
            List<VrrpAdvert> after = oursAfter(one, moment, 2);
            latest = (after.getFirst().epochNanos() - moment) / 1e6;
            if (CaseLab.LONG) {
                assertThat(latest).isLessThan(10);
            }
            if (latest < MILLIS && gapMillis(before, after.getFirst()) < MILLIS * 0.9) {
                return after;
            }
        }
        throw new AssertionError("not answered at once, but " + latest + " ms later");
    }

    private static List<VrrpAdvert> injected(One one) {
        return lab.adverts(CaseLab.MAC_C, one, 0);
    }

    private static double gapMillis(VrrpAdvert first, VrrpAdvert second) {
        return (second.epochNanos() - first.epochNanos()) / 1e6;
    }

    @Test
    void case15_aloneItWaitsThenAnnouncesThenKeepsItsPeriod() {
        int count = CaseLab.LONG ? 61 : 4;
        List<VrrpAdvert> adverts = oursAfter(ALONE, started, count);
        long first = adverts.getFirst().epochNanos();
        assertThat((first - started) / 1e6).isGreaterThan(downMillis(100, 1000));
        // V52 is the owner: it speaks at once, which dates the start as well as a cold JVM lets it.
        long began = ours(OWNER, started).getFirst().epochNanos();
        assertThat((first - began) / 1e6)
                .isBetween(
                        downMillis(100, 1000) - (CaseLab.LONG ? 600 : CaseLab.LATE_MILLIS),
                        downMillis(100, 1000) + CaseLab.LATE_MILLIS);
        assertThat(lab.announcements(MAC_A, ALONE.vip(), started).getFirst().epochNanos())
                .isGreaterThan(adverts.getFirst().epochNanos());
        assertOnAverage(adverts, 1000);
    }

    @Test
    void case16_theOwnerSpeaksAtOnce() {
        VrrpAdvert first = oursAfter(OWNER, started, 1).getFirst();
        assertThat(first.epochNanos()).isLessThan(ours(ISSUE, started).getFirst().epochNanos());
        assertThat(director.output())
                .contains("(V52) INIT -> MASTER")
                .doesNotContain("(V52) INIT -> BACKUP");
        long garp = lab.announcements(MAC_A, OWNER.vip(), started).getFirst().epochNanos();
        assertThat((garp - first.epochNanos()) / 1e6).isBetween(0.0, 100.0 + CaseLab.LATE_MILLIS);
    }

    @Test
    void theIssuesExampleSpeaksEach100MillisecondsThroughVersion3() {
        List<VrrpAdvert> adverts = oursAfter(ISSUE, started, 20);
        assertThat(adverts).allMatch(advert -> advert.version() == 3);
        assertThat(adverts).allMatch(advert -> advert.intervalField() == 10);
        assertOnAverage(adverts, 100);
    }

    private static void assertOnAverage(List<VrrpAdvert> adverts, double millis) {
        int gaps = adverts.size() - 1;
        double mean = gapMillis(adverts.getFirst(), adverts.getLast()) / gaps;
        assertThat(mean).isGreaterThan(millis * 0.99);
        // One moment in which the machine stood still is no advert's interval.
        double median =
                IntStream.range(0, gaps)
                        .mapToDouble(i -> gapMillis(adverts.get(i), adverts.get(i + 1)))
                        .sorted()
                        .toArray()[gaps / 2];
        assertThat(CaseLab.LONG ? mean : median).isLessThan(millis * (CaseLab.LONG ? 1.01 : 1.3));
    }

    @Test
    void case35_aWeakerRouterIsAnsweredAtOnceAndThePeriodBeginsAnew() {
        oursAfter(LOWER, started, 2);
        int announced = lab.announcements(MAC_A, LOWER.vip(), started).size();
        List<VrrpAdvert> after = answer(LOWER, ForgedAdvert.of(LOWER, 50));

        assertThat(gapMillis(after.get(0), after.get(1))).isGreaterThan(MILLIS - 5);
        VrrpLab.await(
                "announcements",
                () -> lab.announcements(MAC_A, LOWER.vip(), started).size() >= announced + 5);
        lab.awaitState(lab.net.a, LOWER, "MASTER");
    }

    @Test
    void case36_aStrongerRouterIsGivenWayAndReplacedWhenItFallsSilent() {
        oursAfter(HIGHER, started, 2);
        // A slow one, so that we stay Backup while the question is asked.
        long moment = inject(HIGHER, ForgedAdvert.of(HIGHER.withInterval("1"), 200));
        lab.awaitState(lab.net.a, HIGHER, "BACKUP");
        VrrpLab.await("it does not answer", () -> lab.whoAnswers(HIGHER.vip()).isEmpty());

        // One farewell, see docs/intentional.md; then silence for Active_Down_Interval.
        List<VrrpAdvert> after = oursAfter(HIGHER, moment, 2);
        assertThat(after.get(0).priority()).isEqualTo(PRIORITY);
        CaseLab.assertOnTime(after.get(1).epochNanos() - moment, downMillis(PRIORITY, 1_000));
        assertThat(lab.announcements(MAC_A, HIGHER.vip(), after.get(0).epochNanos()))
                .filteredOn(one -> one.epochNanos() < after.get(1).epochNanos())
                .isEmpty();
        lab.awaitState(lab.net.a, HIGHER, "MASTER");
    }

    @Test
    void case37_equalPrioritiesAreDecidedByTheAddressAsAnUnsignedNumber() {
        oursAfter(EQUAL_HIGHER, started, 1);
        inject(EQUAL_HIGHER, ForgedAdvert.of(EQUAL_HIGHER, PRIORITY).from("10.9.0.3"));
        oursAfter(UNSIGNED, started, 1);
        inject(UNSIGNED, ForgedAdvert.of(UNSIGNED, PRIORITY).from("200.9.0.1"));
        oursAfter(EQUAL_LOWER, started, 1);
        answer(EQUAL_LOWER, ForgedAdvert.of(EQUAL_LOWER, PRIORITY).from("9.255.255.255"));

        for (One one : List.of(EQUAL_HIGHER, UNSIGNED)) {
            VrrpLab.await("it gave way", () -> lab.gaveWay(lab.net.a, one) > 0);
            assertThat(lab.gaveWay(lab.net.a, one)).isEqualTo(1);
        }
        assertThat(lab.gaveWay(lab.net.a, EQUAL_LOWER)).isZero();
    }

    @Test
    void case38_priority0IsAnsweredWithAnAdvertAndNoAnnouncement() {
        oursAfter(ZERO, started, 2);
        VrrpLab.await(
                "the first set", () -> lab.announcements(MAC_A, ZERO.vip(), started).size() >= 5);
        int announced = lab.announcements(MAC_A, ZERO.vip(), started).size();
        List<VrrpAdvert> after = answer(ZERO, ForgedAdvert.of(ZERO, 0));

        assertThat(gapMillis(after.get(0), after.get(1))).isGreaterThan(MILLIS - 5);
        // The delayed second set of the takeover may fall into this test.
        assertThat(lab.announcements(MAC_A, ZERO.vip(), started).size() - announced).isIn(0, 5);
    }

    @Test
    void case39_theIntervalOfAStrongerRouterIsLearned() {
        oursAfter(LEARNING, started, 2);
        long moment = inject(LEARNING, ForgedAdvert.of(LEARNING.withInterval("0.5"), 200));

        List<VrrpAdvert> after = oursAfter(LEARNING, moment, 2);
        CaseLab.assertOnTime(after.get(1).epochNanos() - moment, downMillis(PRIORITY, 500));
    }

    @Test
    void case40_twoOwnersDoNotFlapAndTheConflictIsLogged() {
        oursAfter(OWNERS_CONFLICT, started, 2);
        for (int i = 0; i < 10; i++) {
            lab.injector.send(ForgedAdvert.of(OWNERS_CONFLICT, 255).frame());
            pause(100);
        }
        director.awaitOutput("(V59) OWNER_CONFLICT", PATIENCE);
        assertThat(lab.gaveWay(lab.net.a, OWNERS_CONFLICT)).isEqualTo(1);
        lab.awaitState(lab.net.a, OWNERS_CONFLICT, "MASTER");
    }

    @Test
    void case43_badAdvertsDoNotSilenceAnActive() {
        oursAfter(DEAF, started, 2);
        long began = epochNanos();
        for (int i = 0; i < 20; i++) {
            lab.injector.send(ForgedAdvert.of(DEAF, 200).checksumOffBy(1).frame());
            pause(100);
        }
        List<VrrpAdvert> ours = oursAfter(DEAF, began, 4);
        double elapsed = gapMillis(ours.getFirst(), ours.getLast());
        double longest =
                IntStream.range(1, ours.size())
                        .mapToDouble(i -> gapMillis(ours.get(i - 1), ours.get(i)))
                        .max()
                        .orElseThrow();
        // What the machine stood still for is no advert's time.
        double least = CaseLab.LONG ? elapsed : elapsed - longest;
        assertThat(ours).hasSizeGreaterThanOrEqualTo((int) (least / MILLIS * 0.7));
        assertThat(longest).isLessThan(MILLIS + CaseLab.LATE_MILLIS);
        assertThat(lab.gaveWay(lab.net.a, DEAF)).isZero();
        assertThat(lab.counter(lab.net.a, DEAF, "dropped_checksum")).isGreaterThanOrEqualTo(20);
    }
}
