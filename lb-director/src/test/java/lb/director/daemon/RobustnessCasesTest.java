package lb.director.daemon;

import static lb.director.daemon.CaseLab.downMillis;
import static lb.director.daemon.CaseLab.epochNanos;
import static lb.director.daemon.VrrpLab.MAC_A;
import static lb.director.daemon.VrrpLab.MAC_B;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import lb.director.daemon.Instances.One;
import lb.director.lab.LabProcess;
import lb.director.lab.Takeover;
import lb.director.lab.VrrpAdvert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sections B and F of vrrp-cases.md: a lost link, a reload of the peer, three routers, load. */
class RobustnessCasesTest {
    private static final long MAC_R = 0x02_00_00_00_00_04L;
    private static final One BETTER = Instances.v3(51, 150, "0.4");

    private CaseLab lab;

    @BeforeEach
    void build() {
        lab = CaseLab.open("keepalived");
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void case66_aLostLinkIsAFaultAndItsReturnAFreshStart() {
        LabProcess keepalived =
                lab.net.keepalived(lab.net.b, Instances.of(BETTER.withPriority(100)).text());
        keepalived.awaitOutput("Entering MASTER STATE", PATIENCE);
        long began = epochNanos();
        LabProcess director = lab.net.lb(lab.net.a, Instances.of(BETTER).text());
        lab.awaitTakeover(BETTER, MAC_B, MAC_A, began);

        long cut = epochNanos();
        lab.net.a.unplug("eth0");
        director.awaitOutput("MASTER -> FAULT", PATIENCE);
        CaseLab.assertOnTime(lab.awaitTakeover(BETTER, MAC_A, MAC_B, cut), downMillis(100, 400));
        VrrpLab.await("the VIP is gone", () -> !lab.net.holds(lab.net.a, BETTER.vip()));
        lab.awaitOneAnswer(BETTER.vip(), MAC_B);

        long mended = epochNanos();
        lab.net.a.plug("eth0");
        Takeover back = lab.awaitTakeover(BETTER, MAC_B, MAC_A, mended);
        assertThat((back.firstAdvertNanos() - mended) / 1e6).isGreaterThan(downMillis(150, 400));
        lab.awaitOneAnswer(BETTER.vip(), MAC_A);
        // Never two for longer than an interval.
        long ours = lab.adverts(MAC_A, BETTER, mended).getFirst().epochNanos();
        long theirs = lab.adverts(MAC_B, BETTER, mended).getLast().epochNanos();
        assertThat((theirs - ours) / 1e6).isLessThan(400.0 + CaseLab.LATE_MILLIS);
        CaseLab.assertNoObjection(keepalived);
    }

    @Test
    void case31_ofTwoBackupsOnlyTheBetterTakesOver() {
        One middle = BETTER.withPriority(120);
        LabProcess best = lab.net.keepalived(lab.net.b, Instances.of(BETTER).text());
        best.awaitOutput("Entering MASTER STATE", PATIENCE);
        LabProcess last =
                lab.net.keepalived(lab.net.server, Instances.of(BETTER.withPriority(100)).text());
        lab.net.lb(lab.net.a, Instances.of(middle).text()).awaitOutput(" ready", PATIENCE);
        lab.awaitState(lab.net.a, middle, "BACKUP");
        last.awaitOutput("Entering BACKUP STATE", PATIENCE);
        pause(500);

        long killed = epochNanos();
        best.kill();
        Takeover takeover = lab.awaitTakeover(middle, MAC_B, MAC_A, killed);
        CaseLab.assertOnTime(takeover, downMillis(120, 400));
        pause(1_000);
        // Its skew is 31 ms longer; if this machine makes us as late as that, it is right to speak.
        if (CaseLab.LONG || CaseLab.millis(takeover.silenceNanos()) < downMillis(100, 400)) {
            assertThat(lab.adverts(MAC_R, BETTER, takeover.firstAdvertNanos())).isEmpty();
        }
    }

    @Test
    void case30_ofTwoEqualsThatBeginTogetherTheHigherAddressRemains() {
        One equal = Instances.v3(52, 100, "0.4");
        LabProcess first = lab.net.lb(lab.net.a, Instances.of(equal).text());
        LabProcess second = lab.net.lb(lab.net.b, Instances.of(equal).text());
        first.awaitOutput("ready", PATIENCE);
        second.awaitOutput("ready", PATIENCE);
        VrrpLab.await("somebody speaks", () -> !lab.adverts().isEmpty());
        pause(2_000);

        // Whoever heard the other before its own time was up never spoke; else the address decided.
        List<VrrpAdvert> fromA = lab.adverts(MAC_A, equal, 0);
        List<VrrpAdvert> fromB = lab.adverts(MAC_B, equal, 0);
        if (!fromA.isEmpty() && !fromB.isEmpty()) {
            assertThat(fromB.getLast().epochNanos()).isGreaterThan(fromA.getLast().epochNanos());
        }
        VrrpLab.await("one answers", () -> lab.whoAnswers(equal.vip()).size() == 1);
    }

    @Test
    void case34_anIntervalThatTheActiveChangesIsFollowed() {
        One slow = Instances.v3(53, 150, "1.2");
        LabProcess keepalived = lab.net.keepalived(lab.net.b, Instances.of(slow).text());
        keepalived.awaitOutput("Entering MASTER STATE", PATIENCE);
        One ours = slow.withPriority(100);
        lab.net.lb(lab.net.a, Instances.of(ours).text()).awaitOutput("ready", PATIENCE);
        lab.net.write("b.ka.conf", Instances.of(slow.withInterval("0.4")).text());
        keepalived.signal("HUP");
        VrrpLab.await(
                "the new interval on the wire",
                () ->
                        lab.adverts(MAC_B, slow, 0).stream()
                                        .filter(advert -> advert.intervalField() == 40)
                                        .count()
                                > 4);
        long killed = epochNanos();
        keepalived.kill();

        CaseLab.assertOnTime(lab.awaitTakeover(ours, MAC_B, MAC_A, killed), downMillis(100, 400));
    }

    @Test
    void case71_aPriorityThatAReloadLowersIsInTheNextAdvert() {
        keepalivedIsMaster(BETTER.withPriority(100));
        long began = epochNanos();
        LabProcess director = lab.net.lb(lab.net.a, Instances.of(BETTER).text());
        lab.awaitTakeover(BETTER, MAC_B, MAC_A, began);
        pause(600);

        lab.net.write("a.lb.conf", Instances.of(BETTER.withPriority(50)).text());
        long reloaded = epochNanos();
        director.signal("HUP");
        director.awaitOutput("MASTER -> BACKUP", PATIENCE);
        List<VrrpAdvert> ours = lab.adverts(MAC_A, BETTER, began);
        List<Integer> priorities = ours.stream().map(VrrpAdvert::priority).distinct().toList();
        assertThat(priorities).containsExactly(150, 50);
        long last =
                ours.stream()
                        .filter(advert -> advert.priority() == 150)
                        .mapToLong(VrrpAdvert::epochNanos)
                        .max()
                        .orElseThrow();
        long first =
                lab.adverts(MAC_B, BETTER, reloaded).stream()
                        .mapToLong(VrrpAdvert::epochNanos)
                        .min()
                        .orElseThrow();
        CaseLab.assertOnTime(first - last, downMillis(100, 400));
        lab.awaitOneAnswer(BETTER.vip(), MAC_B);
    }

    private LabProcess keepalivedIsMaster(One one) {
        return lab.net
                .keepalived(lab.net.b, Instances.of(one).text())
                .awaitOutput("Entering MASTER STATE", PATIENCE);
    }

    @Test
    void withoutVirtualServersItTakesNoInterfaceAndPutsNoFilterOnOne() {
        One one = BETTER.withVips(List.of(VrrpLab.VIP + "/24"));
        LabProcess director = lab.net.lb(lab.net.a, Instances.of(one).text());
        director.awaitOutput("BACKUP -> MASTER", PATIENCE);
        director.awaitOutput("ready", PATIENCE);
        assertThat(onA("tc", "qdisc", "show", "dev", "eth0")).doesNotContain("clsact");
        assertThat(onA("cat", "/proc/net/packet")).doesNotContain(" 0003 ");
        director.stop();

        LabProcess withServices = lab.net.lb(lab.net.a, Instances.of(one).text() + SERVICES);
        withServices.awaitOutput("ready", PATIENCE);
        assertThat(onA("tc", "qdisc", "show", "dev", "eth0")).contains("clsact");
        assertThat(onA("cat", "/proc/net/packet")).contains(" 0003 ");
    }

    private String onA(String... command) {
        return lab.net.a.run(PATIENCE, command).orThrow().output();
    }

    @Test
    void case24_aKeepalivedWhoseScriptFailsSendsPriority0TwiceAndComesBack() throws IOException {
        Path broken = lab.net.lab.directory().resolve("broken");
        One theirs = BETTER.with("track_script {\nsound\n}");
        LabProcess keepalived =
                lab.net.keepalived(
                        lab.net.b,
                        """
                        global_defs {
                            script_user root
                        }
                        vrrp_script sound {
                            script "/usr/bin/test ! -e %s"
                            interval 1
                            fall 1
                            rise 1
                        }
                        """
                                        .formatted(broken)
                                + Instances.of(theirs).text());
        keepalived.awaitOutput("Entering MASTER STATE", PATIENCE);
        One ours = BETTER.withPriority(100);
        lab.net.lb(lab.net.a, Instances.of(ours).text()).awaitOutput("ready", PATIENCE);
        lab.awaitState(lab.net.a, ours, "BACKUP");

        long failed = epochNanos();
        Files.writeString(broken, "");
        Takeover takeover = lab.awaitTakeover(ours, MAC_B, MAC_A, failed);
        CaseLab.assertOnTime(takeover, CaseLab.skewMillis(100, 400));
        List<VrrpAdvert> zeros =
                lab.adverts(MAC_B, ours, failed).stream()
                        .filter(advert -> advert.priority() == 0)
                        .toList();
        assertThat(zeros).hasSize(2);
        assertThat(takeover.lastAdvertNanos()).isEqualTo(zeros.getLast().epochNanos());
        assertThat(lab.counter(lab.net.a, ours, "became_master")).isEqualTo(1);

        long mended = epochNanos();
        Files.delete(broken);
        lab.awaitTakeover(ours, MAC_A, MAC_B, mended);
        lab.awaitState(lab.net.a, ours, "BACKUP");
    }

    @Test
    void case69_aLoadedDataPlaneDoesNotDisturbTheElection() {
        One strong =
                Instances.v3(55, 150, CaseLab.LONG ? "0.1" : "0.4")
                        .withVips(List.of(VrrpLab.VIP + "/24"));
        LabProcess keepalived =
                lab.net.keepalived(lab.net.b, Instances.of(strong.withPriority(100)).text());
        keepalived.awaitOutput("Entering MASTER STATE", PATIENCE);
        long began = epochNanos();
        LabProcess director = lab.net.lb(lab.net.a, Instances.of(strong).text() + SERVICES);
        director.awaitOutput("BACKUP -> MASTER", PATIENCE);
        lab.awaitTakeover(strong, MAC_B, MAC_A, began);
        LabProcess server = lab.net.server.start("iperf3", "iperf3", "-s", "-B", VrrpLab.VIP);
        pause(500);
        double share = flood();
        server.stop();

        assertThat(share)
                .as("part of the time in which the client sent")
                .isGreaterThan(LEAST_SHARE);
        assertThat(lab.net.verdicts(lab.net.a, "FORWARDED")).isGreaterThan(1_000);
        assertThat(lab.gaveWay(lab.net.a, strong)).isZero();
        assertThat(director.output()).doesNotContain("the data plane has not answered");
        // Once this machine may hold it up for as long as others wait: then it begins anew.
        long fenced = lab.counter(lab.net.a, strong, "fenced");
        assertThat(fenced).as("stalls").isLessThanOrEqualTo(MOST_STALLS);
        assertThat(lab.counter(lab.net.a, strong, "became_master")).isEqualTo(1 + fenced);
    }

    private static final int FLOOD_SECONDS = CaseLab.LONG ? 600 : 5;

    /** A stall of 1.2 s; with the long form's interval 0.3 s, which must not be. */
    private static final int MOST_STALLS = CaseLab.LONG ? 0 : 1;

    /** A stall and the takeovers after it take up to 4 s. */
    private static final double LEAST_SHARE = CaseLab.LONG ? 0.9 : 0.5;

    /** What iperf3's client says of a second, or of the rest of one; not of the whole. */
    private static final Pattern SENT =
            Pattern.compile("(?m)^\\[ *\\d+\\] +([\\d.]+)-([\\d.]+) +sec .*/sec +([1-9]\\d*) *$");

    /**
     * As much as goes through, until the client has sent for long enough; one that ends before its
     * time is started again. For which part of the time it has sent.
     */
    private double flood() {
        long began = System.nanoTime();
        double sent = 0;
        double passed = 0;
        while (FLOOD_SECONDS - sent >= 0.5 && passed < 2 * FLOOD_SECONDS) {
            long left = Math.round(FLOOD_SECONDS - sent);
            String report =
                    lab.net
                            .client
                            .run(
                                    Duration.ofSeconds(left).plus(PATIENCE),
                                    ("iperf3 -u -b 0 -l 1000 -t " + left + " -c " + VrrpLab.VIP)
                                            .split(" "))
                            .output();
            Matcher seconds = SENT.matcher(report);
            while (seconds.find()) {
                sent += Double.parseDouble(seconds.group(2)) - Double.parseDouble(seconds.group(1));
            }
            passed = (System.nanoTime() - began) / 1e9;
        }
        return sent / passed;
    }

    private static final String SERVICES =
            """
            virtual_server %1$s 5201 {
                lvs_sched mh
                lvs_method DR
                protocol TCP
                real_server 10.9.0.4 5201 {
                    weight 1
                }
            }
            virtual_server %1$s 5201 {
                lvs_sched mh
                lvs_method DR
                protocol UDP
                real_server 10.9.0.4 5201 {
                    weight 1
                }
            }
            """
                    .formatted(VrrpLab.VIP);

    private static double medianIntervalMillis(List<VrrpAdvert> adverts) {
        long[] nanos =
                IntStream.range(1, adverts.size())
                        .mapToLong(
                                i -> adverts.get(i).epochNanos() - adverts.get(i - 1).epochNanos())
                        .sorted()
                        .toArray();
        return CaseLab.millis(nanos[nanos.length / 2]);
    }

    @Test
    void theIssuesExampleIsTakenOverAfterThreeIntervalsAndTheSkew() {
        One example = Instances.v3(51, 100, "0.1").withVips(List.of("192.168.1.100/24"));
        lab.net.a.address("eth0", "192.168.1.10/24");
        lab.net.b.address("eth0", "192.168.1.11/24");
        One unstated =
                new One(51, 100, "0.1", "mcast_src_ip 192.168.1.10", List.of("192.168.1.100/24"));
        LabProcess first = lab.net.lb(lab.net.a, Instances.of(unstated).text());
        first.awaitOutput("BACKUP -> MASTER", PATIENCE);
        One other =
                new One(51, 100, "0.1", "mcast_src_ip 192.168.1.11", List.of("192.168.1.100/24"));
        LabProcess second = lab.net.lb(lab.net.b, Instances.of(other).text());
        second.awaitOutput("INIT -> BACKUP", PATIENCE);
        second.awaitOutput("ready", PATIENCE);
        long heard = epochNanos();
        VrrpLab.await(
                "ten adverts",
                () ->
                        lab.adverts().stream().filter(advert -> advert.epochNanos() > heard).count()
                                >= 10);
        List<VrrpAdvert> adverts = lab.adverts(MAC_A, example, 0);
        // The median: one moment in which the machine stood still is no advert's interval.
        assertThat(medianIntervalMillis(adverts)).isBetween(99.0, 120.0);
        lab.assertSilentWhileItHears(MAC_B, example, downMillis(100, 100), 0);

        long killed = epochNanos();
        first.kill();
        CaseLab.assertOnTime(
                lab.awaitTakeover(example, MAC_A, MAC_B, killed), downMillis(100, 100));
    }
}
