package lb.vrrp.wire;

import static java.util.Map.entry;
import static lb.vrrp.wire.AdvertVerdict.ACCEPTED;
import static lb.vrrp.wire.AdvertVerdict.ADDRESS_COUNT;
import static lb.vrrp.wire.AdvertVerdict.ADDRESS_LIST;
import static lb.vrrp.wire.AdvertVerdict.AUTHENTICATION_FAILURE;
import static lb.vrrp.wire.AdvertVerdict.AUTHENTICATION_HEADER;
import static lb.vrrp.wire.AdvertVerdict.AUTHENTICATION_TYPE_INVALID;
import static lb.vrrp.wire.AdvertVerdict.AUTHENTICATION_TYPE_MISMATCH;
import static lb.vrrp.wire.AdvertVerdict.CHECKSUM;
import static lb.vrrp.wire.AdvertVerdict.DESTINATION;
import static lb.vrrp.wire.AdvertVerdict.INTERVAL;
import static lb.vrrp.wire.AdvertVerdict.LENGTH;
import static lb.vrrp.wire.AdvertVerdict.TTL;
import static lb.vrrp.wire.AdvertVerdict.TYPE;
import static lb.vrrp.wire.AdvertVerdict.VERSION;
import static lb.vrrp.wire.AdvertVerdict.VRID;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import lb.core.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded capture, frame by frame, judged by a router configured like those in it. */
class CapturesTest {
    private static final AdvertFormat V2 = Formats.v2().build();
    private static final AdvertFormat V3 = Formats.v3().build();
    private static final AdvertFormat V6 = Formats.v6().build();

    private final NativeFrame memory = new NativeFrame();
    private final AdvertView view = new AdvertView();

    /**
     * Adverts in a capture that nothing is wrong with; the number was counted by another decoder.
     */
    record Sound(String capture, AdvertFormat ipv4, int adverts) {
        @Override
        public String toString() {
            return capture;
        }
    }

    static Stream<Sound> sound() {
        AdvertFormat password =
                Formats.v2().authentication(Authentication.password("secret12")).build();
        return Stream.of(
                new Sound("frr-fo-v3-100ms", V3, 544),
                new Sound("frr-fo-v3-1s", V3, 88),
                new Sound("frr-v2-vmac", V2, 17),
                new Sound("frr-v2", V2, 16),
                new Sound("frr-v3-6", V3, 30),
                new Sound("frr-v3-prio200", V3, 20),
                new Sound("frr-v3", V3, 33),
                new Sound("v2-adv0.1", V2, 4),
                new Sound("v2-basic", V2, 11),
                new Sound("v2-equalprio-inject", V2, 9),
                new Sound("v2-equalprio-pair", V2, 5),
                new Sound("v2-higher-send", V2, 4),
                new Sound("v2-higherprio-inject", V2, 6),
                new Sound("v2-kill9", V2, 11),
                new Sound("v2-linkdown", V2, 13),
                new Sound("v2-lowerprio-inject", V2, 18),
                new Sound("v2-manyvips", manyVips(), 1),
                new Sound("v2-mingarp", V2, 7),
                new Sound("v2-nopreempt", V2, 8),
                new Sound("v2-owner255-conflict", V2, 6),
                new Sound("v2-owner255", V2, 5),
                new Sound("v2-pass", password, 7),
                new Sound("v2-preemptdelay", V2, 12),
                new Sound("v2-prio0-to-master", V2, 6),
                new Sound("v2-scriptfail", V2, 15),
                new Sound("v2-scriptweight", V2, 16),
                new Sound("v2-splitbrain", V2, 15),
                new Sound("v2-state-master", V2, 2),
                new Sound("v2-strict", V2, 5),
                new Sound("v2-unicast", unicast(Formats.v2(), "10.9.0.1", "10.9.0.2"), 7),
                new Sound("v2-vmac-xmitbase", V2, 3),
                new Sound("v2-vmac", V2, 7),
                new Sound("v3-fast-stable", V3, 9),
                new Sound("v3-ipv4-0.1", V3, 16),
                new Sound("v3-ipv4", V3, 7),
                new Sound("v3-ipv6-fwd", V3, 1),
                new Sound("v3-ipv6-vmac", V3, 4),
                new Sound("v3-ipv6", V3, 7),
                new Sound("v3-learn", V3, 10),
                new Sound("v3-unicast", unicast(Formats.v3(), "10.9.0.1", "10.9.0.2"), 7));
    }

    @ParameterizedTest
    @MethodSource
    void sound(Sound row) {
        Map<Integer, AdvertVerdict> verdicts = judge(row.capture(), row.ipv4(), V6);

        assertThat(verdicts.values()).hasSize(row.adverts()).containsOnly(ACCEPTED);
    }

    @Test
    void ipv6UnicastWithHopLimit64IsSoundToo() {
        AdvertFormat unicast = unicast(Formats.v6(), "fd00:9::1", "fd00:9::2");
        assertThat(judge("v3-ipv6-unicast", V3, unicast).values())
                .hasSize(3)
                .containsOnly(ACCEPTED);
    }

    /**
     * Captures with adverts that are wrong on purpose: frame number (from 1) to verdict, accepted
     * ones left out.
     */
    record Spoiled(
            String capture, AdvertFormat ipv4, int adverts, Map<Integer, AdvertVerdict> drops) {
        @Override
        public String toString() {
            return capture;
        }
    }

    static Stream<Spoiled> spoiled() {
        AdvertFormat password =
                Formats.v2().authentication(Authentication.password("secret12")).build();
        return Stream.of(
                new Spoiled(
                        "v2-rxchecks",
                        V2,
                        20,
                        Map.ofEntries(
                                entry(2, TTL),
                                entry(3, VERSION),
                                entry(4, TYPE),
                                entry(5, CHECKSUM),
                                entry(6, ADDRESS_LIST),
                                entry(7, ADDRESS_COUNT),
                                entry(8, INTERVAL),
                                entry(9, AUTHENTICATION_TYPE_MISMATCH),
                                entry(10, AUTHENTICATION_TYPE_INVALID),
                                entry(16, LENGTH),
                                entry(18, LENGTH),
                                entry(19, VRID),
                                entry(22, LENGTH),
                                entry(23, DESTINATION),
                                entry(24, ADDRESS_COUNT))),
                new Spoiled(
                        "v3-rxchecks",
                        V3,
                        15,
                        Map.of(2, TTL, 3, VERSION, 4, TYPE, 5, CHECKSUM, 6, CHECKSUM, 9, INTERVAL)),
                new Spoiled("v3-ipv6-rxchecks", V3, 6, Map.of(2, TTL, 3, CHECKSUM, 4, CHECKSUM)),
                new Spoiled(
                        "v2-passbad", password, 5, allOf(AUTHENTICATION_FAILURE, 7, 13, 14, 15)),
                new Spoiled(
                        "v2-silence",
                        V2,
                        16,
                        allOf(CHECKSUM, 8, 9, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24)),
                new Spoiled("v2-advmismatch", V2, 10, allOf(INTERVAL, 10)),
                new Spoiled("v2-ah", V2, 7, allOf(AUTHENTICATION_HEADER, 1, 7, 8, 9, 10, 16, 17)),
                new Spoiled("v3-csum-nopseudo", V3, 8, Map.of(8, CHECKSUM, 9, CHECKSUM)),
                new Spoiled("frr-v3-csum", V3, 22, Map.of(10, CHECKSUM)),
                new Spoiled("frr-lowprio", V2, 15, Map.of(13, ADDRESS_LIST)),
                new Spoiled("v3-adv0", V3, 5, Map.of(3, INTERVAL)));
    }

    @ParameterizedTest
    @MethodSource
    void spoiled(Spoiled row) {
        Map<Integer, AdvertVerdict> verdicts = judge(row.capture(), row.ipv4(), V6);

        assertThat(verdicts).hasSize(row.adverts());
        verdicts.values().removeIf(ACCEPTED::equals);
        assertThat(verdicts).isEqualTo(row.drops());
    }

    @Test
    void everyCaptureIsJudged() {
        List<String> judged = new ArrayList<>(List.of("v3-ipv6-unicast"));
        sound().forEach(row -> judged.add(row.capture()));
        spoiled().forEach(row -> judged.add(row.capture()));
        assertThat(judged)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(Recordings.captureNames());
    }

    @Test
    void intervalsOfAnotherActiveAreRemarkedOn() {
        AdvertCheck check = new AdvertCheck(V3, List.of());
        for (byte[] frame : Recordings.capture("v3-learn")) {
            if (view.readFrame(memory.address(), memory.put(frame)) == AdvertVerdict.UNCHECKED) {
                check.check(view);
            }
        }
        assertThat(check.counters().of(AdvertRemark.INTERVAL_DIFFERS))
                .isEqualTo(check.counters().of(ACCEPTED));
    }

    /**
     * The verdicts of all VRRP frames by frame number; frames of each family go to their own
     * router.
     */
    private Map<Integer, AdvertVerdict> judge(
            String capture, AdvertFormat ipv4, AdvertFormat ipv6) {
        AdvertCheck check4 = new AdvertCheck(ipv4, List.of());
        AdvertCheck check6 = new AdvertCheck(ipv6, List.of());
        Map<Integer, AdvertVerdict> verdicts = new TreeMap<>();
        int number = 0;
        for (byte[] frame : Recordings.capture(capture)) {
            number++;
            AdvertVerdict verdict = view.readFrame(memory.address(), memory.put(frame));
            if (verdict == AdvertVerdict.UNCHECKED) {
                verdict = (view.family() == IpFamily.IPV4 ? check4 : check6).check(view);
            }
            if (verdict != AdvertVerdict.NOT_VRRP) {
                verdicts.put(number, verdict);
            }
        }
        return verdicts;
    }

    private static AdvertFormat unicast(AdvertFormat.Builder builder, String... peers) {
        return builder.unicastPeers(Formats.addresses(peers).stream().map(UnicastPeer::of).toList())
                .build();
    }

    private static AdvertFormat manyVips() {
        List<IpAddress> addresses = new ArrayList<>();
        for (int i = 0; i < 255; i++) {
            addresses.add(IpAddress.parse("10.9." + (1 + i % 2) + "." + (1 + i / 2)));
        }
        return AdvertFormat.of(VrrpVersion.V2, 51, addresses).build();
    }

    private static Map<Integer, AdvertVerdict> allOf(AdvertVerdict verdict, int... frames) {
        Map<Integer, AdvertVerdict> drops = new TreeMap<>();
        for (int frame : frames) {
            drops.put(frame, verdict);
        }
        return drops;
    }
}
