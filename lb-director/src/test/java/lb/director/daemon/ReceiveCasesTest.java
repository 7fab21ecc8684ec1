package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lb.director.lab.LabProcess;
import lb.director.lab.VrrpAdvert;
import lb.vrrp.wire.Authentication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Section D of vrrp-cases.md: a Backup with priority 100 hears a sound Active with 150 for a while,
 * then only one spoiled form of its adverts. What is dropped must leave the Active_Down_Timer
 * alone; what is accepted keeps the Backup quiet.
 *
 * <p>Each form has a virtual router of its own, so that one director is put to all of them at once.
 */
class ReceiveCasesTest {
    private static final int BACKUP = 100;

    /** Good adverts and spoiled ones are told apart in the capture by their priority. */
    private static final int GOOD = 150;

    private static final int SPOILED = 151;

    /** An Active_Down_Interval far above the longest pause of a machine that does much else. */
    private static final String FAST = "0.5";

    private static final long PAUSE_MILLIS = 100;
    private static final Authentication PASSWORD = Authentication.password("secret12");
    private static final String AUTHENTICATION =
            "authentication {\nauth_type PASS\nauth_pass secret12\n}";

    private static final List<Case> CASES = cases();

    private static CaseLab lab;
    private static LabProcess director;

    /**
     * One form.
     *
     * @param good what the sound Active sends
     * @param spoiled what comes afterwards
     * @param counter that counts it; empty when it is accepted, "-" when no virtual router is meant
     */
    record Case(
            String name,
            Instances.One instance,
            Supplier<byte[]> good,
            Supplier<byte[]> spoiled,
            String counter) {
        @Override
        public String toString() {
            return name;
        }

        boolean dropped() {
            return !counter.isEmpty();
        }

        boolean counted() {
            return dropped() && !counter.equals("-");
        }

        double intervalMillis() {
            return Double.parseDouble(instance.interval()) * 1000;
        }
    }

    /** Spoils an advert. */
    interface Spoiler {
        ForgedAdvert spoil(ForgedAdvert advert);
    }

    private static Case of(String name, Instances.One instance, String counter, Spoiler spoiler) {
        return new Case(
                name,
                instance,
                () -> ForgedAdvert.of(instance, GOOD).frame(),
                () -> spoiler.spoil(ForgedAdvert.of(instance, SPOILED)).frame(),
                counter);
    }

    private static Case withPassword(String name, int vrid, String counter, Spoiler spoiler) {
        Instances.One instance = Instances.v2(vrid, BACKUP).with(AUTHENTICATION);
        return new Case(
                name,
                instance,
                () -> ForgedAdvert.of(instance, GOOD, PASSWORD).frame(),
                () -> spoiler.spoil(ForgedAdvert.of(instance, SPOILED, PASSWORD)).frame(),
                counter);
    }

    private static Instances.One v2(int vrid) {
        return Instances.v2(vrid, BACKUP);
    }

    private static Instances.One v3(int vrid) {
        return Instances.v3(vrid, BACKUP, FAST);
    }

    private static Instances.One v6(int vrid) {
        return Instances.v6(vrid, BACKUP, FAST);
    }

    private static Instances.One two(Instances.One one) {
        int vrid = one.vrid();
        return one.withVips(List.of("10.9.0." + vrid + "/24", "10.9.2." + vrid + "/24"));
    }

    private static List<Case> cases() {
        List<Case> all = new ArrayList<>();
        all.addAll(headerCases());
        all.addAll(authenticationCases());
        all.addAll(lengthCases());
        all.addAll(addressCases());
        all.addAll(strangerCases());
        return all;
    }

    private static List<Case> headerCases() {
        Instances.One auto = v3(63).with("v3_checksum_type auto");
        Instances.One plain = v3(64).with("v3_checksum_type plain");
        return List.of(
                of("case 44, TTL 254", v2(51), "ttl", advert -> advert.ttl(254)),
                of("case 44, hop limit 64", v6(52), "ttl", advert -> advert.ttl(64)),
                of("case 45, version 3 to a v2 instance", v2(53), "version", a -> version(a, 3)),
                of("case 45, version 2 to a v3 instance", v3(54), "version", a -> version(a, 2)),
                of("case 46, type 2", v2(55), "type", advert -> advert.put(0, 0x22)),
                of("case 47, v2 checksum + 1", v2(56), "checksum", a -> a.checksumOffBy(1)),
                of("case 47, v3 IPv4 checksum + 1", v3(57), "checksum", a -> a.checksumOffBy(1)),
                of("case 47, v3 IPv6 checksum + 1", v6(58), "checksum", a -> a.checksumOffBy(1)),
                of("case 48, plain form, pseudo set", v3(62), "checksum", ForgedAdvert::plain),
                of("case 48, plain form, auto set", auto, "", ForgedAdvert::plain),
                new Case(
                        "case 48, pseudo form, plain set",
                        plain,
                        () -> ForgedAdvert.of(plain, GOOD).plain().frame(),
                        () -> ForgedAdvert.of(plain, SPOILED).frame(),
                        "checksum"),
                of("case 49, v2 interval 2 against 1", v2(59), "interval", a -> a.put(5, 2)),
                of("case 50, v3 interval 0", v3(60), "interval", a -> a.put(5, 0)),
                of("case 51, reserved bits 0xf", v3(61), "", advert -> advert.put(4, 0xf0)));
    }

    /** As long as the version it then claims wants it. */
    private static ForgedAdvert version(ForgedAdvert advert, int version) {
        return advert.put(0, version << 4 | 1).longerBy(version == 2 ? 8 : -8);
    }

    private static List<Case> authenticationCases() {
        return List.of(
                of("case 52, type 1 to type 0", v2(65), "auth_type_mismatch", a -> a.put(4, 1)),
                of("case 52, type 7", v2(66), "auth_invalid_type", advert -> advert.put(4, 7)),
                withPassword("case 52, wrong password", 67, "auth_failure", a -> a.put(12, 'x')),
                withPassword(
                        "case 52, type 0 to type 1", 68, "auth_type_mismatch", a -> a.put(4, 0)));
    }

    private static List<Case> lengthCases() {
        return List.of(
                of("case 53, 4 bytes short", v2(69), "length", advert -> advert.longerBy(-4)),
                of("case 53, 8 bytes short", v2(70), "length", advert -> advert.longerBy(-8)),
                of("case 53, 4 bytes too long", v3(71), "length", advert -> advert.longerBy(4)),
                of("case 53, count beyond the payload", v3(72), "length", a -> a.put(3, 2)),
                of("case 53, 3 bytes of VRRP", v3(73), "-", advert -> advert.longerBy(-9)),
                of("case 53, IPv6, 16 bytes short", v6(74), "length", a -> a.longerBy(-16)),
                of("case 54, Ethernet padding", v3(75), "", ForgedAdvert::padded));
    }

    private static List<Case> addressCases() {
        Instances.One pair = two(v2(79));
        Instances.One extra = v2(77);
        return List.of(
                of("case 55, v2 another address", v2(76), "address_list", a -> a.put(11, 1)),
                new Case(
                        "case 55, v2 an address more",
                        extra,
                        () -> ForgedAdvert.of(extra, GOOD).frame(),
                        () -> ForgedAdvert.of(two(extra), SPOILED).frame(),
                        "address_list"),
                of("case 55, count 0", v3(78), "address_list", a -> a.put(3, 0).longerBy(-4)),
                new Case(
                        "case 55, v2 in another order",
                        pair,
                        () -> ForgedAdvert.of(pair, GOOD).frame(),
                        () -> ForgedAdvert.of(reversed(pair), SPOILED).frame(),
                        ""),
                of("case 55, v3 another address", v3(80), "", advert -> advert.put(11, 1)));
    }

    private static Instances.One reversed(Instances.One one) {
        return one.withVips(one.vips().reversed());
    }

    private static List<Case> strangerCases() {
        Instances.One otherFamily = v3(82);
        return List.of(
                of("case 56, a VRID that nobody has", v3(81), "-", a -> a.put(1, 250)),
                new Case(
                        "case 56, its VRID in the other family",
                        otherFamily,
                        () -> ForgedAdvert.of(otherFamily, GOOD).frame(),
                        () -> ForgedAdvert.of(v6(82), SPOILED).frame(),
                        "-"),
                // The kernel refuses its own address as a source before any socket sees it;
                // AdvertCheckTest has the counter.
                of("case 57, its own address", v3(83), "-", a -> a.from("10.9.0.1")));
    }

    /**
     * All at once: good adverts for a second, then spoiled ones until the slowest must have acted.
     */
    @BeforeAll
    static void put() {
        lab = CaseLab.open();
        Instances instances = new Instances(CASES.stream().map(Case::instance).toList());
        director = lab.net.lb(lab.net.a, instances.text());
        director.awaitOutput("ready", VrrpLab.PATIENCE);
        send(15, Case::good);
        send(45, Case::spoiled);
    }

    private static void send(int rounds, java.util.function.Function<Case, Supplier<byte[]>> form) {
        for (int round = 0; round < rounds; round++) {
            for (Case one : CASES) {
                lab.injector.send(form.apply(one).get());
            }
            VrrpLab.pause(PAUSE_MILLIS);
        }
    }

    @AfterAll
    static void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    static Stream<Case> dropped() {
        return CASES.stream().filter(Case::dropped);
    }

    static Stream<Case> accepted() {
        return CASES.stream().filter(one -> !one.dropped());
    }

    @ParameterizedTest
    @MethodSource("dropped")
    void whatIsDroppedLeavesTheTimerAloneAndIsCounted(Case one) {
        long lastGood = lastGood(one);

        VrrpLab.await(
                "it took over",
                () -> !lab.adverts(VrrpLab.MAC_A, one.instance(), lastGood).isEmpty());
        List<VrrpAdvert> ours = lab.adverts(VrrpLab.MAC_A, one.instance(), lastGood);
        CaseLab.assertOnTime(
                ours.getFirst().epochNanos() - lastGood,
                CaseLab.downMillis(BACKUP, one.intervalMillis()));
        if (one.counted()) {
            assertThat(lab.counter(lab.net.a, one.instance(), "dropped_" + one.counter()))
                    .isGreaterThan(10);
        }
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void whatIsAcceptedKeepsTheBackupQuiet(Case one) {
        List<VrrpAdvert> spoiled = spoiled(one);

        assertThat(lab.adverts(VrrpLab.MAC_A, one.instance(), spoiled.getFirst().epochNanos()))
                .filteredOn(ours -> ours.epochNanos() < spoiled.getLast().epochNanos())
                .isEmpty();
        assertThat(lab.counter(lab.net.a, one.instance(), "advertisements_received"))
                .isGreaterThan(30);
    }

    private static long lastGood(Case one) {
        return lab.adverts(CaseLab.MAC_C, one.instance(), 0).stream()
                .filter(advert -> advert.priority() == GOOD)
                .toList()
                .getLast()
                .epochNanos();
    }

    private static List<VrrpAdvert> spoiled(Case one) {
        return lab.adverts(CaseLab.MAC_C, one.instance(), 0).stream()
                .filter(advert -> advert.priority() == SPOILED)
                .toList();
    }

    @Test
    void aStreamOfBadAdvertsIsLoggedAFewTimesOnly() {
        assertThat(director.output().lines().filter(line -> line.contains("(V51) advert from")))
                .isNotEmpty()
                .hasSizeLessThan(5);
    }

    @Test
    void ourAdvertsAreSoundButWhereThePlainFormIsConfigured() {
        lab.assertChecksumsGood("02:00:00:00:00:01", "!(vrrp.virt_rtr_id in {63, 64})");
    }
}
