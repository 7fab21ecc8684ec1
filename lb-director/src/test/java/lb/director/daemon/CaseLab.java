package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import lb.core.wire.IpAddress;
import lb.director.control.ControlClient;
import lb.director.lab.Capture;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;
import lb.director.lab.Takeover;
import lb.director.lab.VipAnnouncement;
import lb.director.lab.VrrpAdvert;

/**
 * The network of vrrp-cases.md: this program on a (10.9.0.1), keepalived or FRR on b (10.9.0.2),
 * client and injector on c (10.9.0.3), and an observer on r that captures with the kernel's
 * timestamps. One thread.
 */
final class CaseLab implements AutoCloseable {
    static final long MAC_C = ForgedAdvert.MAC;
    static final boolean LONG = Boolean.getBoolean("lb.long");

    /** A timer may be late on a machine that does much else; only theory bounds it below. */
    static final long LATE_MILLIS = LONG ? 50 : 1_500;

    private static final String FILTER = "ip proto 112 or ip6 proto 112 or arp or icmp6";

    final VrrpLab net = new VrrpLab();
    final Capture capture;
    final Injector injector;
    private final Capture clientCapture;

    CaseLab() {
        capture = net.server.captureShortFrames("eth0", FILTER);
        clientCapture = net.client.captureShortFrames("eth0", "arp or icmp6");
        injector = new Injector(net.client);
    }

    static CaseLab open(String... programs) {
        VrrpLab.assumeItCanRun("ip", "tcpdump", "tshark");
        VrrpLab.assumeItCanRun(programs);
        return new CaseLab();
    }

    /** Now, by the clock of the captures. */
    static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }

    /** Active_Down_Interval: three intervals and Skew_Time, RFC 9568 section 6.1. */
    static double downMillis(int priority, double intervalMillis) {
        return 3 * intervalMillis + skewMillis(priority, intervalMillis);
    }

    static double skewMillis(int priority, double intervalMillis) {
        return (256 - priority) * intervalMillis / 256;
    }

    List<VrrpAdvert> adverts() {
        return VrrpAdvert.in(capture.frames());
    }

    /** The adverts of one machine and virtual router that came after a moment. */
    List<VrrpAdvert> adverts(long mac, Instances.One of, long sinceNanos) {
        IpAddress vip = IpAddress.parse(of.vip());
        return adverts().stream()
                .filter(advert -> advert.mac() == mac && advert.isOf(of.vrid(), vip))
                .filter(advert -> advert.epochNanos() >= sinceNanos)
                .toList();
    }

    List<VipAnnouncement> announcements(long mac, String vip, long sinceNanos) {
        IpAddress address = IpAddress.parse(vip);
        return VipAnnouncement.in(capture.frames()).stream()
                .filter(one -> one.mac() == mac && one.vip().equals(address))
                .filter(one -> one.epochNanos() >= sinceNanos)
                .toList();
    }

    /** Waits until another machine's takeover of a virtual router is complete. */
    Takeover awaitTakeover(Instances.One of, long formerMac, long newMac, long sinceNanos) {
        VrrpLab.await(
                "the takeover of virtual router " + of.vrid(),
                () -> takeover(of, formerMac, newMac, sinceNanos).isPresent());
        return takeover(of, formerMac, newMac, sinceNanos).orElseThrow();
    }

    private Optional<Takeover> takeover(
            Instances.One of, long formerMac, long newMac, long sinceNanos) {
        return Takeover.find(
                capture.frames(),
                of.vrid(),
                IpAddress.parse(of.vip()),
                formerMac,
                newMac,
                sinceNanos);
    }

    /** Never before its time, and not much after it; the announcement after the advert. */
    static void assertOnTime(Takeover takeover, double theoryMillis) {
        assertOnTime(takeover, theoryMillis, LONG ? 10.0 : LATE_MILLIS);
    }

    /** The same of a takeover by another program, whose announcements are not for us to bound. */
    static void assertPeerOnTime(Takeover takeover, double theoryMillis) {
        assertOnTime(takeover, theoryMillis, LATE_MILLIS);
    }

    private static void assertOnTime(
            Takeover takeover, double theoryMillis, double announcementMillis) {
        assertOnTime(takeover.silenceNanos(), theoryMillis);
        assertThat(millis(takeover.announcementNanos()))
                .as("advert to announcement, ms")
                .isBetween(0.0, announcementMillis);
    }

    static void assertOnTime(long nanos, double theoryMillis) {
        assertThat(millis(nanos))
                .as("ms of silence before the takeover")
                .isBetween(theoryMillis - 2, theoryMillis + LATE_MILLIS);
    }

    /** Waits until {@code host}'s director says that an instance is MASTER, BACKUP or FAULT. */
    void awaitState(Host host, Instances.One of, String state) {
        VrrpLab.await(
                "V" + of.vrid() + " on " + host.name() + " is " + state,
                () -> report(host, of).path("state").asText().equals(state));
    }

    /** What {@code lb vrrp --json} says of an instance. */
    JsonNode report(Host host, Instances.One of) {
        JsonNode answer = ask(host);
        for (JsonNode instance : answer.findParents("name")) {
            if (instance.path("name").asText().equals("V" + of.vrid())) {
                return instance;
            }
        }
        throw new AssertionError("no V" + of.vrid() + " in " + answer);
    }

    private JsonNode ask(Host host) {
        try (ControlClient client =
                ControlClient.connect(net.lab.directory().resolve(host.name() + ".sock"))) {
            return client.ask("vrrp");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** How often an instance has counted something. */
    long counter(Host host, Instances.One of, String name) {
        JsonNode counter = report(host, of).path("counters").path(name);
        assertThat(counter.isNumber()).as("there is a counter " + name).isTrue();
        return counter.asLong();
    }

    /**
     * How often an instance has given way as Active to something heard or told; not because this
     * machine held it up for longer than others wait.
     */
    long gaveWay(Host host, Instances.One of) {
        JsonNode counters = report(host, of).path("counters");
        assertThat(counters.path("released_master").isNumber()).isTrue();
        assertThat(counters.path("fenced").isNumber()).isTrue();
        return counters.path("released_master").asLong() - counters.path("fenced").asLong();
    }

    /**
     * A machine has not spoken for a virtual router while a better one did, see {@link
     * SilenceRule}.
     */
    void assertSilentWhileItHears(long mac, Instances.One of, double downMillis, long sinceNanos) {
        IpAddress vip = IpAddress.parse(of.vip());
        List<VrrpAdvert> adverts =
                adverts().stream()
                        .filter(advert -> advert.isOf(of.vrid(), vip))
                        .filter(advert -> advert.epochNanos() >= sinceNanos)
                        .toList();
        assertThat(adverts).as("somebody spoke").anyMatch(advert -> advert.mac() != mac);
        assertThat(SilenceRule.of(mac, downMillis).broken(adverts)).isEmpty();
    }

    /** The MAC addresses that answer when c asks for a VIP. */
    Set<Long> whoAnswers(String vip) {
        long since = epochNanos();
        for (int i = 0; i < 3; i++) {
            injector.send(Neighbours.question(vip, MAC_C, "10.9.0.3", ForgedAdvert.SOURCE6));
            VrrpLab.pause(100);
        }
        return Neighbours.answers(clientCapture.frames(), vip, since);
    }

    /** Steady state: one machine alone answers for a VIP. */
    void awaitOneAnswer(String vip, long mac) {
        VrrpLab.await("only one answers for " + vip, () -> whoAnswers(vip).equals(Set.of(mac)));
        // The capture of an answer may come too late to be seen here.
        assertThat(whoAnswers(vip)).isSubsetOf(mac);
    }

    /** All adverts of a machine: tshark finds none with a wrong checksum. */
    void assertChecksumsGood(String mac) {
        assertChecksumsGood(mac, "vrrp");
    }

    /** The same of those that tshark's filter selects. */
    void assertChecksumsGood(String mac, String filter) {
        List<String> states =
                net.client
                        .run(
                                VrrpLab.PATIENCE,
                                "tshark",
                                "-r",
                                capture.file().toString(),
                                "-Y",
                                "vrrp && eth.src == " + mac + " && (" + filter + ")",
                                "-T",
                                "fields",
                                "-e",
                                "vrrp.checksum.status")
                        .orThrow()
                        .output()
                        .lines()
                        .collect(Collectors.toList());
        assertThat(states).as("tshark's checksum states, 1 is good").isNotEmpty().containsOnly("1");
    }

    /**
     * A director has logged no error and nothing about adverts that it did not like; that this
     * machine held it up is no fault of its own.
     */
    static void assertNoFault(LabProcess director) {
        assertThat(director.output().lines())
                .filteredOn(line -> LONG || !line.contains("others have taken over: fenced"))
                .noneMatch(line -> line.contains("dropped") || line.contains("ERROR"));
    }

    /** keepalived has logged nothing about adverts that it did not like. */
    static void assertNoObjection(LabProcess keepalived) {
        assertThat(keepalived.output().lines().filter(CaseLab::isObjection)).isEmpty();
    }

    private static boolean isObjection(String line) {
        String lower = line.toLowerCase(java.util.Locale.ROOT);
        return List.of(
                        "invalid",
                        "mismatch",
                        "too short",
                        "too long",
                        "unexpected ip number",
                        "wrong")
                .stream()
                .anyMatch(lower::contains);
    }

    @Override
    public void close() {
        injector.close();
        net.close();
    }
}
