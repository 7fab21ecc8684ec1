package lb.director.daemon;

import static lb.director.daemon.CaseLab.epochNanos;
import static lb.director.daemon.CaseLab.skewMillis;
import static lb.director.daemon.VrrpLab.MAC_A;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.await;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lb.core.wire.IpAddress;
import lb.director.daemon.Instances.One;
import lb.director.lab.LabProcess;
import lb.director.lab.VrrpAdvert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The cases of vrrp-cases.md beside FRR vrrpd, as acts of one story. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FrrCasesTest {
    private static final One V2 = Instances.v2(51, 150);
    private static final One V3 = Instances.v3(52, 150, "0.1");
    private static final One V6 = six(53, 150);

    /** FRR is the better one here. */
    private static final One SWAP = Instances.v3(54, 150, "1");

    /** FRR lists another address than we do, and is the weaker one. */
    private static final One OTHER_LIST = six(55, 150);

    /** FRR is the better one here, too; lb's second set would say who it is once more. */
    private static final One PREEMPTED = six(56, 150).withInterval("1").with("garp_master_delay 0");

    private static final String FRRS_MAC = "00:00:5e:00:02:38";

    private static CaseLab lab;
    private static LabProcess director;
    private static Frr frr;

    /** One global VIP: FRR lists what it is told and nothing more. */
    private static One six(int vrid, int priority) {
        One six = Instances.v6(vrid, priority, "0.1");
        return six.withVips(List.of(six.vips().getLast()));
    }

    @BeforeAll
    static void start() {
        lab = CaseLab.open("vtysh");
        director =
                lab.net.lb(lab.net.a, Instances.of(V2, V3, V6, SWAP, OTHER_LIST, PREEMPTED).text());
        director.awaitOutput("(V54) BACKUP -> MASTER", PATIENCE);
        director.awaitOutput("(V51) BACKUP -> MASTER", PATIENCE);
        director.awaitOutput("(V56) BACKUP -> MASTER", PATIENCE);
        await("the client knows us", FrrCasesTest::clientKnowsUs);
        frr =
                Frr.start(
                        lab.net,
                        lab.net.b,
                        List.of(
                                V2.withPriority(100),
                                V3.withPriority(100),
                                V6.withPriority(100),
                                SWAP.withPriority(200),
                                PREEMPTED.withPriority(200),
                                OTHER_LIST.withPriority(100).withVips(List.of("fd00:9::1fe/64"))));
    }

    @AfterAll
    static void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    private static boolean clientKnowsUs() {
        String packet = "echo x > /dev/udp/" + PREEMPTED.vip() + "/9; sleep 0.2";
        lab.net.client.run(PATIENCE, "bash", "-c", packet);
        return knownToClient().contains("02:00:00:00:00:01");
    }

    private static String knownToClient() {
        return lab.net.client.run(PATIENCE, "ip", "neigh", "show", PREEMPTED.vip()).output();
    }

    private static List<VrrpAdvert> frrs(One one, long since) {
        IpAddress vip = IpAddress.parse(one.vip());
        return lab.adverts().stream()
                .filter(advert -> advert.isOf(one.vrid(), vip) && advert.mac() != MAC_A)
                .filter(advert -> advert.epochNanos() >= since)
                .toList();
    }

    @Test
    @Order(1)
    void case10_frrStaysBackupAndFindsNoFault() {
        for (One one : List.of(V2, V3, V6)) {
            await("FRR is Backup in V" + one.vrid(), () -> frr.isIn(one, "Backup"));
        }
        pause(4_500);
        for (One one : List.of(V2, V3, V6)) {
            assertSilent(one);
            await("FRR is Backup in V" + one.vrid(), () -> frr.isIn(one, "Backup"));
        }
        assertThat(frrs(V2, 0)).isEmpty();
        // Each of its virtual routers hears the adverts of all.
        assertThat(frr.log().lines())
                .filteredOn(line -> line.contains("invalid") || line.contains("Bad VRRP checksum"))
                .allMatch(line ->
                        line.contains("does not match our instance")
                                || line.contains("Bad version"));
        assertThat(frr.show(V2)).containsPattern("Advertisements Rx \\(v4\\) +[1-9]");
        assertThat(frr.show(V6)).containsPattern("Advertisements Rx \\(v6\\) +[1-9]");
    }

    /**
     * Over IPv6 FRR says once that the VIP is its own, 1 s before its first advert: we hear that as
     * a claim, and must not have the last word.
     */
    @Test
    @Order(2)
    void clientsOfAPreemptingFrrKnowItsMacAddress() {
        await("FRR took over", () -> !frrs(PREEMPTED, 0).isEmpty());
        lab.awaitState(lab.net.a, PREEMPTED, "BACKUP");
        assertThat(lab.counter(lab.net.a, PREEMPTED, "vip_claims_by_others")).isPositive();
        assertThat(knownToClient()).contains(FRRS_MAC);
    }

    @Test
    @Order(3)
    void case75_weGiveWayToABetterFrrAndTakeOverAfterItsPriority0() {
        await("FRR took over", () -> !frrs(SWAP, 0).isEmpty());
        lab.awaitState(lab.net.a, SWAP, "BACKUP");
        assertThat(lab.counter(lab.net.a, SWAP, "released_master")).isEqualTo(1);
        long stopped = epochNanos();
        frr.stop();

        await("we took over", () -> !lab.adverts(MAC_A, SWAP, stopped).isEmpty());
        VrrpAdvert last = frrs(SWAP, 0).getLast();
        assertThat(last.priority()).isZero();
        CaseLab.assertOnTime(
                lab.adverts(MAC_A, SWAP, stopped).getFirst().epochNanos() - last.epochNanos(),
                skewMillis(150, 1000));
    }

    @Test
    @Order(4)
    void case76And77_frrTakesOverWhenWeAreKilledAndAnyListKeepsItBackup() {
        frr.startAgain();
        for (One one : List.of(V2, V3, V6)) {
            await("FRR is Backup in V" + one.vrid(), () -> frr.isIn(one, "Backup"));
        }
        pause(1_000);
        // Case 77: it does not insist on the same list. Were the roles exchanged, we would accept
        // its list too (version 3), where keepalived drops.
        assertSilent(OTHER_LIST);
        long killed = epochNanos();
        director.kill();

        await(
                "FRR took over all",
                () -> List.of(V2, V3).stream().noneMatch(one -> frrs(one, killed).isEmpty()));
        // FRR counts in hundredths: the skew is cut off.
        assertTakeover(V2, 3_600);
        assertTakeover(V3, 360);
    }

    /** FRR, with priority 100, does not speak as long as we do; its skew is cut to hundredths. */
    private static void assertSilent(One one) {
        double downMillis = Math.floor(CaseLab.downMillis(100, intervalMillis(one)) / 10) * 10;
        IpAddress vip = IpAddress.parse(one.vip());
        List<VrrpAdvert> adverts =
                lab.adverts().stream().filter(advert -> advert.isOf(one.vrid(), vip)).toList();
        assertThat(new SilenceRule(advert -> advert.mac() != MAC_A, downMillis).broken(adverts))
                .isEmpty();
    }

    private static double intervalMillis(One one) {
        return Double.parseDouble(one.interval()) * 1_000;
    }

    private static void assertTakeover(One one, double theoryMillis) {
        VrrpAdvert ours = lab.adverts(MAC_A, one, 0).getLast();
        VrrpAdvert first = frrs(one, ours.epochNanos()).getFirst();
        CaseLab.assertOnTime(first.epochNanos() - ours.epochNanos(), theoryMillis);
    }
}
