package lb.director.daemon;

import static lb.director.daemon.CaseLab.downMillis;
import static lb.director.daemon.CaseLab.epochNanos;
import static lb.director.daemon.CaseLab.skewMillis;
import static lb.director.daemon.VrrpLab.MAC_A;
import static lb.director.daemon.VrrpLab.MAC_B;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.awaitTimes;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lb.director.daemon.Instances.One;
import lb.director.lab.LabProcess;
import lb.director.lab.Takeover;
import lb.director.lab.VipAnnouncement;
import lb.director.lab.VrrpAdvert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Sections B and E of vrrp-cases.md beside keepalived: one director and one keepalived share many
 * virtual routers, in some of which the one is better and in some the other. So one death shows the
 * takeover of all of them. The tests are acts of one story, in order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailoverCasesTest {
    private static final int WEAK = 100;
    private static final int STRONG = 150;

    /** Setup S-swap: keepalived is the better one. */
    private static final One SWAP_V2 = Instances.v2(51, WEAK);

    private static final One SWAP_V3 = Instances.v3(52, WEAK, "1");
    private static final One SWAP_FAST = Instances.v3(53, WEAK, "0.1");
    private static final One SWAP_FASTER = Instances.v3(54, WEAK, "0.05");
    private static final One SWAP_V6 = Instances.v6(55, WEAK, "0.1");
    private static final One SWAP_LEARN = Instances.v3(56, STRONG, "2").with("nopreempt");

    /** Setup S: lb is the better one. */
    private static final One S_V2 = Instances.v2(61, STRONG);

    private static final One S_FAST = Instances.v3(62, STRONG, "0.1");
    private static final One S_V6 = Instances.v6(63, STRONG, "0.1");
    private static final One S_NOPREEMPT = Instances.v3(64, STRONG, "0.2").with("nopreempt");
    private static final One S_DELAY = Instances.v3(65, STRONG, "0.2").with("preempt_delay 3");
    private static final One S_LEARN = Instances.v3(66, STRONG, "0.3");
    private static final One S_KA_NOPREEMPT = Instances.v3(67, WEAK, "0.2");
    private static final One EQUAL = Instances.v3(68, WEAK, "0.2");

    private static CaseLab lab;
    private static LabProcess keepalived;
    private static LabProcess director;
    private static long directorStarted;

    private static Instances lbs() {
        return Instances.of(
                SWAP_V2,
                SWAP_V3,
                SWAP_FAST,
                SWAP_FASTER,
                SWAP_V6,
                SWAP_LEARN,
                S_V2,
                S_FAST,
                S_V6,
                S_NOPREEMPT,
                S_DELAY,
                S_LEARN,
                S_KA_NOPREEMPT,
                EQUAL);
    }

    private static Instances keepaliveds() {
        return Instances.of(
                SWAP_V2.withPriority(STRONG),
                SWAP_V3.withPriority(STRONG),
                SWAP_FAST.withPriority(STRONG),
                SWAP_FASTER.withPriority(STRONG),
                SWAP_V6.withPriority(STRONG),
                new One(56, WEAK, "0.3", "version 3", SWAP_LEARN.vips()),
                S_V2.withPriority(WEAK),
                S_FAST.withPriority(WEAK),
                S_V6.withPriority(WEAK),
                new One(64, WEAK, "0.2", "version 3", S_NOPREEMPT.vips()),
                new One(65, WEAK, "0.2", "version 3", S_DELAY.vips()),
                S_LEARN.withPriority(WEAK).withInterval("2"),
                S_KA_NOPREEMPT.withPriority(STRONG).with("nopreempt"),
                EQUAL);
    }

    @BeforeAll
    static void start() {
        lab = CaseLab.open("keepalived");
        keepalived = lab.net.keepalived(lab.net.b, keepaliveds().text());
        awaitTimes(keepalived, "Entering MASTER STATE", keepaliveds().all().size());
        directorStarted = epochNanos();
        director = lab.net.lb(lab.net.a, lbs().text());
        director.awaitOutput("ready", PATIENCE);
    }

    @AfterAll
    static void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    @Order(1)
    void case25_aBetterDirectorPreemptsWhenItsTimerEnds() {
        for (One one : List.of(S_V2, S_FAST, S_V6, S_LEARN)) {
            Takeover takeover = lab.awaitTakeover(one, MAC_B, MAC_A, directorStarted);
            assertThat(takeover.announcementNanos()).isPositive();
        }
        // It began when the process spoke; the first takeover can come no earlier than that.
        Takeover slow = lab.awaitTakeover(S_V2, MAC_B, MAC_A, directorStarted);
        assertThat((slow.firstAdvertNanos() - directorStarted) / 1e6)
                .isGreaterThan(downMillis(STRONG, 1000));
        keepalived.awaitOutput("(V61) Master received advert from 10.9.0.1 with higher", PATIENCE);
        VrrpLab.await("keepalived's VIP is gone", () -> !lab.net.holds(lab.net.b, S_V2.vip()));
        lab.awaitOneAnswer(S_V2.vip(), MAC_A);
        lab.awaitOneAnswer(S_V6.vip(), MAC_A);
    }

    @Test
    @Order(2)
    void case17_aWeakerBackupIsSilentAndDoesNotAnswer() {
        pause(CaseLab.LONG ? 60_000 : 500);
        for (One one : List.of(SWAP_V2, SWAP_V3)) {
            assertThat(lab.adverts(MAC_A, one, directorStarted)).isEmpty();
            assertThat(lab.announcements(MAC_A, one.vip(), directorStarted)).isEmpty();
        }
        for (One one : List.of(SWAP_FAST, SWAP_V6)) {
            lab.assertSilentWhileItHears(MAC_A, one, downMillis(WEAK, 100), directorStarted);
        }
        lab.awaitOneAnswer(SWAP_V2.vip(), MAC_B);
        lab.awaitOneAnswer(SWAP_V6.vip(), MAC_B);
    }

    @Test
    @Order(3)
    void case26_withNopreemptItStaysBackupAsLongAsTheWeakerLives() {
        lab.assertSilentWhileItHears(MAC_A, S_NOPREEMPT, downMillis(STRONG, 200), directorStarted);
        lab.assertSilentWhileItHears(MAC_A, SWAP_LEARN, downMillis(STRONG, 300), directorStarted);
    }

    @Test
    @Order(4)
    void case27_preemptDelayPutsTheTakeoverOff() {
        Takeover takeover = lab.awaitTakeover(S_DELAY, MAC_B, MAC_A, directorStarted);
        long began = lab.adverts(MAC_A, S_FAST, directorStarted).getFirst().epochNanos();
        double sinceStartMillis =
                (takeover.firstAdvertNanos() - began) / 1e6 + downMillis(STRONG, 100);
        // From the first low advert, which came within an interval of the start, to the delay and
        // between Down less one interval and Down.
        double theory = 3000 + downMillis(STRONG, 200);
        assertThat(sinceStartMillis)
                .isBetween(
                        theory - 200 - (CaseLab.LONG ? 50 : CaseLab.LATE_MILLIS),
                        theory + 200 + CaseLab.LATE_MILLIS);
        assertThat((takeover.firstAdvertNanos() - directorStarted) / 1e6)
                .isGreaterThan(theory - 200);
    }

    @Test
    @Order(5)
    void case28_aKeepalivedWithNopreemptComesBackAndStaysBackup() {
        // keepalived is Active until its first death; the rest of the story shows ours unaffected.
        lab.assertSilentWhileItHears(MAC_A, S_KA_NOPREEMPT, downMillis(WEAK, 200), directorStarted);
    }

    @Test
    @Order(6)
    void case29_equalPrioritiesLeaveTheFirstAlone() {
        lab.assertSilentWhileItHears(MAC_A, EQUAL, downMillis(WEAK, 200), directorStarted);
    }

    @Test
    @Order(10)
    void case18And19And20_aCrashIsFollowedByATakeoverAfterActiveDownInterval() {
        long killed = epochNanos();
        keepalived.kill();
        forgetVips();

        CaseLab.assertOnTime(takeover(SWAP_FAST, killed), downMillis(WEAK, 100));
        CaseLab.assertOnTime(takeover(SWAP_FASTER, killed), downMillis(WEAK, 50));
        CaseLab.assertOnTime(takeover(SWAP_V6, killed), downMillis(WEAK, 100));
        CaseLab.assertOnTime(takeover(SWAP_V2, killed), downMillis(WEAK, 1000));
        CaseLab.assertOnTime(takeover(SWAP_V3, killed), downMillis(WEAK, 1000));
        CaseLab.assertOnTime(takeover(S_NOPREEMPT, killed), downMillis(STRONG, 200));
        CaseLab.assertOnTime(takeover(EQUAL, killed), downMillis(WEAK, 200));
    }

    @Test
    @Order(11)
    void case32_theIntervalOfTheActiveIsLearnedAndOurOwnUsedAfterwards() {
        Takeover takeover = takeover(SWAP_LEARN, directorStarted);
        CaseLab.assertOnTime(takeover, downMillis(STRONG, 300));
        VrrpLab.await(
                "two adverts of ours",
                () -> lab.adverts(MAC_A, SWAP_LEARN, takeover.firstAdvertNanos()).size() >= 2);
        List<VrrpAdvert> ours = lab.adverts(MAC_A, SWAP_LEARN, takeover.firstAdvertNanos());
        assertThat(ours.getFirst().intervalField()).isEqualTo(200);
        assertThat((ours.get(1).epochNanos() - ours.get(0).epochNanos()) / 1e6)
                .isBetween(1950.0, 2000.0 + CaseLab.LATE_MILLIS);
    }

    @Test
    @Order(13)
    void case60And62_announcementsHaveTheRecordedFormAndNumber() {
        Takeover v2 = takeover(SWAP_V2, directorStarted);
        VrrpLab.await(
                "the second set of announcements",
                () -> lab.announcements(MAC_A, SWAP_V2.vip(), v2.firstAdvertNanos()).size() >= 10);
        List<VipAnnouncement> all = lab.announcements(MAC_A, SWAP_V2.vip(), v2.firstAdvertNanos());
        assertThat((all.get(5).epochNanos() - v2.firstAdvertNanos()) / 1e6)
                .isBetween(4990.0, 5000.0 + CaseLab.LATE_MILLIS);
        assertThat(hex(all.getFirst()))
                .isEqualTo(
                        "ffffffffffff0200000000010806000108000604000102000000000"
                                + "10a090033ffffffffffff0a090033");
        VipAnnouncement na =
                lab.announcements(MAC_A, SWAP_V6.vip(), v2.firstAdvertNanos() - 5_000_000_000L)
                        .getFirst();
        // Hop limit 255, from the VIP to ff02::1, only O set, and the target's MAC address.
        assertThat(hex(na))
                .startsWith("333300000001020000000001" + "86dd6000000000203aff")
                .contains("fd000009000000000000000000000137" + "ff020000000000000000000000000001")
                .contains("20000000" + "fd000009000000000000000000000137")
                .endsWith("0201020000000001");
    }

    private static String hex(VipAnnouncement one) {
        return java.util.HexFormat.of().formatHex(Frames.bytes(one.frame()));
    }

    @Test
    @Order(14)
    void case18_onlyTheNewActiveAnswers() {
        lab.awaitOneAnswer(SWAP_V2.vip(), MAC_A);
        lab.awaitOneAnswer(SWAP_V6.vip(), MAC_A);
    }

    @Test
    @Order(20)
    void case36_aBetterKeepalivedThatComesBackTakesOverAndWeLetGo() {
        long since = epochNanos();
        keepalived = lab.net.keepalived(lab.net.b, keepaliveds().text());
        for (One one : List.of(SWAP_V2, SWAP_V3, SWAP_FAST, SWAP_FASTER, SWAP_V6)) {
            lab.awaitTakeover(one, MAC_A, MAC_B, since);
        }
        lab.awaitState(lab.net.a, SWAP_V2, "BACKUP");
        lab.awaitOneAnswer(SWAP_V2.vip(), MAC_B);
        lab.awaitOneAnswer(SWAP_V6.vip(), MAC_B);
        // Case 28: with nopreempt it does not take over from ours, better as it is.
        lab.assertSilentWhileItHears(MAC_B, S_KA_NOPREEMPT, downMillis(STRONG, 200), since);
        // Case 29, the other order.
        lab.assertSilentWhileItHears(MAC_B, EQUAL, downMillis(WEAK, 200), since);
    }

    @Test
    @Order(30)
    void case23_afterPriority0OnlyTheSkewIsWaited() {
        long since = epochNanos();
        keepalived.stop();
        CaseLab.assertNoObjection(keepalived);
        assertSkewAfterPriority0(SWAP_V2, since, 1000);
        assertSkewAfterPriority0(SWAP_V3, since, 1000);
        assertSkewAfterPriority0(SWAP_FAST, since, 100);
        assertSkewAfterPriority0(SWAP_V6, since, 100);
        assertThat(lastOfKeepalived(SWAP_V2).priority()).isZero();
        assertThat(lastOfKeepalived(SWAP_V6).priority()).isZero();
    }

    private static void assertSkewAfterPriority0(One one, long since, double intervalMillis) {
        Takeover takeover = takeover(one, since);
        long began = lab.adverts(MAC_A, one, since).getFirst().epochNanos();
        boolean keepalivedWasLate =
                lab.adverts(MAC_B, one, began).stream().anyMatch(late -> late.priority() == 0)
                        || takeover.silenceNanos() < 5_000_000;
        // On a busy machine its own end can take it longer than a fast Active_Down_Interval: then
        // we
        // were Active before its priority 0, which we have answered at once.
        if (intervalMillis >= 1000 || !keepalivedWasLate) {
            CaseLab.assertOnTime(takeover, skewMillis(WEAK, intervalMillis));
        }
    }

    private static VrrpAdvert lastOfKeepalived(One one) {
        return lab.adverts(MAC_B, one, 0).getLast();
    }

    @Test
    @Order(40)
    void case21And33_keepalivedTakesOverFromADirectorThatCrashed() {
        long back = epochNanos();
        keepalived = lab.net.keepalived(lab.net.b, keepaliveds().text());
        keepalived.awaitOutput("(V61) Entering BACKUP STATE", PATIENCE);
        lab.awaitTakeover(SWAP_V2, MAC_A, MAC_B, back);
        long killed = epochNanos();
        director.kill();

        CaseLab.assertPeerOnTime(fromLb(S_FAST, killed), downMillis(WEAK, 100));
        CaseLab.assertPeerOnTime(fromLb(S_V6, killed), downMillis(WEAK, 100));
        CaseLab.assertPeerOnTime(fromLb(S_LEARN, killed), downMillis(WEAK, 300));
        CaseLab.assertPeerOnTime(fromLb(S_V2, killed), downMillis(WEAK, 1000));
        VrrpLab.await("the lease is over", () -> !lab.net.holds(lab.net.a, S_V2.vip()));
        lab.awaitOneAnswer(S_V2.vip(), MAC_B);
        lab.awaitOneAnswer(S_V6.vip(), MAC_B);
    }

    @Test
    @Order(50)
    void case22_aDirectorThatIsStoppedSendsPriority0AndReleasesTheVip() {
        long since = epochNanos();
        director = lab.net.lb(lab.net.a, lbs().text());
        lab.awaitTakeover(S_V2, MAC_B, MAC_A, since);
        long stopped = epochNanos();
        assertThat(director.stop()).isZero();

        CaseLab.assertPeerOnTime(fromLb(S_V2, stopped), skewMillis(WEAK, 1000));
        CaseLab.assertPeerOnTime(fromLb(S_FAST, stopped), skewMillis(WEAK, 100));
        assertThat(
                        lab.adverts(MAC_A, S_V2, stopped).stream()
                                .filter(advert -> advert.priority() == 0))
                .hasSize(1);
        assertThat(lab.net.holds(lab.net.a, S_V2.vip())).isFalse();
        lab.awaitOneAnswer(S_V2.vip(), MAC_B);
        CaseLab.assertNoFault(director);
    }

    @Test
    @Order(60)
    void keepalivedHasFoundNoFaultAndTsharkNoWrongChecksum() {
        CaseLab.assertNoObjection(keepalived);
        lab.assertChecksumsGood("02:00:00:00:00:01");
    }

    private static Takeover takeover(One one, long since) {
        return lab.awaitTakeover(one, MAC_B, MAC_A, since);
    }

    private static Takeover fromLb(One one, long since) {
        return lab.awaitTakeover(one, MAC_A, MAC_B, since);
    }

    /** The dead keepalived's addresses stay, and its host would go on answering for them. */
    private static void forgetVips() {
        lab.net
                .b
                .run(
                        PATIENCE,
                        "sh",
                        "-c",
                        "ip -4 address flush dev eth0; ip address add 10.9.0.2/24 dev eth0;"
                                + " for a in $(ip -6 -o address show dev eth0 | grep -o '[fd0e8]*[0:9]*::1[0-9a-f][0-9a-f]/64');"
                                + " do ip address del $a dev eth0; done")
                .orThrow();
    }
}
