package lb.director.daemon;

import static lb.director.daemon.CaseLab.epochNanos;
import static lb.director.daemon.VrrpLab.MAC_A;
import static lb.director.daemon.VrrpLab.MAC_B;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.awaitTimes;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import lb.director.daemon.Instances.One;
import lb.director.lab.Capture;
import lb.director.lab.LabProcess;
import lb.director.lab.VrrpAdvert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Section A of vrrp-cases.md: a keepalived that is the weaker one in many virtual routers stays
 * BACKUP as long as it finds our adverts right.
 */
class FormatCasesTest {
    private static final int STRONG = 150;
    private static final int WEAK = 100;

    private static final One V2 = Instances.v2(51, STRONG);
    private static final One V3 = Instances.v3(52, STRONG, "1");
    private static final One V6 = Instances.v6(53, STRONG, "1");
    private static final One PASSWORD = Instances.v2(54, STRONG).with(password("secret12"));
    private static final One SHORT = Instances.v2(55, STRONG).with(password("other"));
    private static final One LONG = Instances.v2(56, STRONG).with(password("twelve-bytes"));
    private static final One MANY = Instances.v2(57, STRONG).withVips(Instances.manyVips(255));
    private static final One SLOWEST = Instances.v3(58, STRONG, "40.95");
    private static final One FASTEST = Instances.v3(59, STRONG, "0.01");
    private static final One UNICAST2 = Instances.v2(61, STRONG);
    private static final One UNICAST3 = Instances.v3(62, STRONG, "1");
    private static final One ROUNDED =
            new One(64, STRONG, "0.1", "version 2", List.of("10.9.0.64/24"));

    /** The other way round: keepalived is the better one, and sends hop limit 64. */
    private static final One UNICAST6 = Instances.v6(63, WEAK, "1");

    private static CaseLab lab;
    private static Capture atDirector;
    private static LabProcess director;
    private static LabProcess keepalived;
    private static long joined;

    private static String password(String password) {
        return "authentication {\nauth_type PASS\nauth_pass " + password + "\n}";
    }

    private static One unicast(One one, String own, String peer) {
        return one.with("unicast_src_ip " + own + "\nunicast_peer {\n" + peer + "\n}");
    }

    private static Instances instances(boolean ours) {
        String four = ours ? "10.9.0.1" : "10.9.0.2";
        String other4 = ours ? "10.9.0.2" : "10.9.0.1";
        String six = ours ? "fd00:9::1" : "fd00:9::2";
        String other6 = ours ? "fd00:9::2" : "fd00:9::1";
        List<One> all =
                List.of(
                        V2,
                        V3,
                        V6,
                        PASSWORD,
                        SHORT,
                        LONG,
                        MANY,
                        SLOWEST.withInterval(ours ? "40.95" : "1"),
                        FASTEST.withInterval(ours ? "0.01" : "1"),
                        ROUNDED,
                        unicast(UNICAST2, four, other4),
                        unicast(UNICAST3, four, other4));
        Instances strong =
                new Instances(
                        ours ? all : all.stream().map(one -> one.withPriority(WEAK)).toList());
        return strong.plus(unicast(UNICAST6, six, other6).withPriority(ours ? WEAK : STRONG));
    }

    @BeforeAll
    static void start() {
        lab = CaseLab.open("keepalived");
        atDirector = lab.net.a.captureShortFrames("eth0", "ip proto 112 or ip6 proto 112");
        director = lab.net.lb(lab.net.a, instances(true).text());
        director.awaitOutput("(V64) BACKUP -> MASTER", PATIENCE);
        joined = epochNanos();
        keepalived = lab.net.keepalived(lab.net.b, instances(false).text());
        // Its own for IPv6 unicast; nothing else within more than its Active_Down_Interval.
        keepalived.awaitOutput("(V63) Entering MASTER STATE", PATIENCE);
        pause(CaseLab.LONG ? 30_000 : 1_500);
    }

    @AfterAll
    static void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    static List<One> acceptedByKeepalived() {
        return List.of(V2, V3, V6, PASSWORD, SHORT, LONG, MANY, ROUNDED, UNICAST2, UNICAST3);
    }

    @ParameterizedTest
    @MethodSource("acceptedByKeepalived")
    void cases1To12_keepalivedStaysBackup(One one) {
        String name = "(V" + one.vrid() + ") ";
        assertThat(keepalived.output())
                .contains(name + "Entering BACKUP STATE (init)")
                .doesNotContain(name + "Entering MASTER STATE");
    }

    @Test
    void keepalivedFindsNoFault() {
        CaseLab.assertNoObjection(keepalived);
        lab.assertChecksumsGood("02:00:00:00:00:01");
    }

    private static String hex(One one) {
        return HexFormat.of().formatHex(Frames.bytes(last(one).frame()));
    }

    private static VrrpAdvert last(One one) {
        return VrrpAdvert.in(atDirector.frames()).stream()
                .filter(advert -> advert.mac() == MAC_A && advert.vrid() == one.vrid())
                .toList()
                .getLast();
    }

    @Test
    void case1_version2WithoutAuthenticationLooksAsRecorded() {
        assertThat(hex(V2))
                .hasSize(54 * 2)
                .startsWith("01005e00001202000000000108004")
                .contains("ff70", "0a090001e0000012" + "2133960100013e8e".substring(0, 12))
                .endsWith("0a090033" + "0000000000000000");
    }

    @Test
    void case2_version3LooksAsRecorded() {
        // 4361 for 10.9.0.100, less 1 for its VRID and plus 0x31 for its VIP.
        assertThat(hex(V3)).contains("0a090001e0000012" + "313496010064" + "4390" + "0a090034");
    }

    @Test
    void case3_ipv6ListsTheLinkLocalAddressFirst() {
        assertThat(hex(V6))
                .startsWith("333300000012020000000001" + "86dd6c00000000287 0ff".replace(" ", ""))
                .contains("fe8000000000000000000" + "0fffe000001ff020000000000000000000000000012")
                .contains("fe800000000000000000000000000135fd000009000000000000000000000135");
    }

    @Test
    void case4And5_passwordsArePaddedAndCut() {
        assertThat(hex(PASSWORD)).endsWith("7365637265743132");
        assertThat(hex(SHORT)).endsWith("6f74686572000000");
        assertThat(hex(LONG)).endsWith("7477656c76652d62");
    }

    @Test
    void case6_255VipsFillTheCount() {
        VrrpAdvert advert = last(MANY);
        assertThat(advert.count()).isEqualTo(255);
        assertThat(advert.frame().length() - advert.message()).isEqualTo(1036);
    }

    @Test
    void case7_of300VipsAnAdvertNames255() {
        One many = Instances.v2(57, STRONG).withVips(Instances.manyVips(300));
        LabProcess warned = lab.net.lb(lab.net.b, Instances.of(many).text());
        warned.awaitOutput("an advert holds 255", PATIENCE);
    }

    @Test
    void case8_theLongestAndTheShortestIntervalOfVersion3() {
        // keepalived here is often slower than 30 ms, so that whether it stays BACKUP tells
        // nothing.
        assertThat(last(FASTEST).intervalField()).isEqualTo(1);
        keepalived.awaitOutput("(V59) advertisement interval updated", PATIENCE);
        // 40.95 s: the first advert comes after 137 s, so what it says is asked for.
        assertThat(lab.report(lab.net.a, SLOWEST).path("intervalSeconds").asDouble())
                .isEqualTo(40.95);
    }

    @Test
    void case9_version2CountsWholeSeconds() {
        assertThat(last(ROUNDED).intervalField()).isEqualTo(1);
        assertThat(director.output()).contains("advert_int is rounded to 1 s");
        List<VrrpAdvert> adverts = lab.adverts(MAC_A, ROUNDED, 0);
        assertThat((adverts.get(1).epochNanos() - adverts.get(0).epochNanos()) / 1e6)
                .isGreaterThan(900);
    }

    @Test
    void case11And12_unicastGoesToThePeerAloneAndItsAddressIsInTheChecksum() {
        for (One one : List.of(UNICAST2, UNICAST3)) {
            VrrpAdvert advert = last(one);
            assertThat(advert.frame().i32(30)).isEqualTo(0x0a090002);
            assertThat(advert.frame().u8(22)).isEqualTo(255);
            assertThat(lab.adverts(MAC_A, one, joined)).as("seen by a third host").isEmpty();
        }
    }

    @Test
    void case13_keepalivedsHopLimitOf64IsAcceptedInUnicastMode() {
        List<VrrpAdvert> theirs =
                VrrpAdvert.in(atDirector.frames()).stream()
                        .filter(advert -> advert.mac() == MAC_B && advert.vrid() == 63)
                        .toList();
        assertThat(theirs).isNotEmpty().allMatch(advert -> advert.frame().u8(21) == 64);
        lab.awaitState(lab.net.a, UNICAST6, "BACKUP");
        assertThat(lab.counter(lab.net.a, UNICAST6, "dropped_ttl")).isZero();
        assertThat(lab.counter(lab.net.a, UNICAST6, "advertisements_received")).isPositive();
    }

    @Test
    void exactlyOneAnswersForEachVip() {
        awaitTimes(keepalived, "Entering BACKUP STATE (init)", 12);
        lab.awaitOneAnswer(V2.vip(), MAC_A);
        lab.awaitOneAnswer(V6.vip(), MAC_A);
    }
}
