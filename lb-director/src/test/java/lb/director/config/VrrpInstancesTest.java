package lb.director.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import lb.director.config.VrrpInstanceEntry.Checksum;
import lb.director.config.VrrpInstanceEntry.InitialState;
import lb.director.config.syntax.Diagnostic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of vrrp_instance: what comes of them, and what is said about them. */
class VrrpInstancesTest {
    private static final long SECOND = 1_000_000_000L;

    private static ReadResult read(String text) {
        return ConfigurationReader.read("f", text, Options.defaults(Set.of("rr")));
    }

    /** An instance whose lines from the third on are given; all else about it is right. */
    private static String instance(String lines) {
        return "vrrp_instance A {\ninterface eth0\n"
                + lines
                + "\nvirtual_router_id 51\nvirtual_ipaddress {\n10.0.0.1\n}\n}\n";
    }

    private static VrrpInstanceEntry only(String text) {
        ReadResult result = read(text);
        assertThat(result.diagnostics()).isEmpty();
        return Objects.requireNonNull(result.configuration()).vrrpInstances().getFirst();
    }

    @Test
    void whatIsNotSaidHasKeepalivedsDefault() {
        VrrpInstanceEntry entry = only(instance(""));

        assertThat(entry.version()).isEqualTo(2);
        assertThat(entry.priority()).isEqualTo(100);
        assertThat(entry.advertIntervalNanos()).isEqualTo(SECOND);
        assertThat(entry.state()).isEqualTo(InitialState.UNSTATED);
        assertThat(entry.preempt()).isTrue();
        assertThat(entry.downTimerAdverts()).isEqualTo(3);
        assertThat(entry.checksum()).isEqualTo(Checksum.PSEUDO);
        assertThat(entry.addresses().getFirst().prefixLength()).isEqualTo(32);
        assertThat(entry.addresses().getFirst().device()).isEqualTo("eth0");
        assertThat(entry.announcements())
                .isEqualTo(
                        new AnnouncementRules(
                                5, 5 * SECOND, 60 * SECOND, 1, 5, 5 * SECOND, 0, 0, 0));
    }

    @Test
    void useVmacPutsTheVipsOnAnInterfaceOfTheirOwn() {
        VrrpInstanceEntry unnamed = only(instance("use_vmac"));
        assertThat(unnamed.virtualMac())
                .contains(new VrrpInstanceEntry.VirtualMac("vrrp.51", false));
        assertThat(unnamed.addresses().getFirst().device()).isEqualTo("vrrp.51");

        VrrpInstanceEntry named = only(instance("use_vmac shop\nvmac_xmit_base"));
        assertThat(named.virtualMac()).contains(new VrrpInstanceEntry.VirtualMac("shop", true));
        assertThat(only(instance("")).virtualMac()).isEmpty();

        ReadResult chosen = read(instance("use_vmac shop 02:00:00:00:00:09"));
        assertThat(chosen.diagnostics().toString()).contains("follows from virtual_router_id");
    }

    @Test
    void theThreadsPriorityCanBeSet() {
        ReadResult result =
                read("global_defs {\nvrrp_rt_priority 20\nvrrp_priority -5\n}\n" + instance(""));
        assertThat(result.diagnostics()).isEmpty();
        assertThat(Objects.requireNonNull(result.configuration()).globals().vrrpThread())
                .isEqualTo(new GlobalDefinitions.VrrpThread(20, -5));
    }

    @Test
    void everyWordFindsItsPlace() {
        VrrpInstanceEntry entry =
                only(
                        """
                        global_defs {
                            vrrp_garp_master_delay 2
                            vrrp_garp_interval 0.001
                            vrrp_down_timer_adverts 4
                            vrrp_startup_delay 1.5
                        }
                        vrrp_instance A {
                            state BACKUP
                            interface eth1
                            virtual_router_id 7
                            priority 77
                            version 3
                            advert_int 0.25
                            nopreempt
                            garp_master_repeat 2
                            garp_lower_prio_repeat 0
                            lower_prio_no_advert
                            higher_prio_send_advert off
                            v3_checksum_as_v2
                            unicast_src_ip 10.0.0.2
                            unicast_peer {
                                10.0.0.3 min_ttl 250 max_ttl 255
                            }
                            virtual_ipaddress {
                                10.0.0.100/24 brd 10.0.0.255 dev eth2 scope link label eth2:v no_track
                            }
                            virtual_ipaddress_excluded {
                                fd00::1
                            }
                        }
                        """);

        assertThat(entry.state()).isEqualTo(InitialState.BACKUP);
        assertThat(entry.advertIntervalNanos()).isEqualTo(SECOND / 4);
        assertThat(entry.preempt()).isFalse();
        assertThat(entry.lowerPriorityNoAdvert()).isTrue();
        assertThat(entry.higherPrioritySendAdvert()).isFalse();
        assertThat(entry.downTimerAdverts()).isEqualTo(4);
        assertThat(entry.startupDelayNanos()).isEqualTo(1_500_000_000L);
        assertThat(entry.checksum()).isEqualTo(Checksum.PLAIN);
        assertThat(entry.peers().getFirst().minTtl()).isEqualTo(250);
        VipAddress vip = entry.addresses().getFirst();
        assertThat(List.of(vip.prefixLength(), vip.device(), vip.label(), vip.scope()))
                .isEqualTo(List.of(24, "eth2", "eth2:v", 253));
        assertThat(entry.excluded().getFirst().prefixLength()).isEqualTo(128);
        assertThat(entry.announcements())
                .isEqualTo(
                        new AnnouncementRules(
                                2, 2 * SECOND, 60 * SECOND, 1, 0, 2 * SECOND, 1_000_000, 0, 0));
    }

    @Test
    void strictModeAllowsNothingThatTheRfcsDoNotKnow() {
        VrrpInstanceEntry entry = only("global_defs {\nvrrp_strict\n}\n" + instance(""));

        assertThat(entry.lowerPriorityNoAdvert()).isTrue();
        assertThat(entry.higherPrioritySendAdvert()).isFalse();
        assertThat(entry.announcements().lowerPriorityRepeat()).isZero();
        assertThat(entry.announcements().lowerPriorityDelayNanos()).isZero();
    }

    @Test
    void anInstanceMayBeLessStrictThanTheRest() {
        VrrpInstanceEntry entry =
                only("global_defs {\nvrrp_strict\n}\n" + instance("strict_mode off"));

        assertThat(entry.lowerPriorityNoAdvert()).isFalse();
    }

    @Test
    void aGarpGroupSetsTheGapsOfItsInterfaces() {
        String group =
                "global_defs {\nvrrp_garp_interval 0.5\n}\n"
                        + "garp_group {\ngarp_interval 0.002\ngna_interval 0.003\n"
                        + "interfaces {\neth0 eth7\n}\n}\n";
        AnnouncementRules inGroup = only(group + instance("")).announcements();
        AnnouncementRules outside =
                only(group + instance("").replace("eth0", "eth1")).announcements();

        assertThat(inGroup.garpGapNanos()).isEqualTo(2_000_000);
        assertThat(inGroup.gnaGapNanos()).isEqualTo(3_000_000);
        assertThat(outside.garpGapNanos()).isEqualTo(500_000_000);
        assertThat(outside.gnaGapNanos()).isZero();
    }

    @Test
    void announcementsOnOtherInterfacesHaveAnIntervalOfTheirOwn() {
        assertThat(
                        only("global_defs {\nvrrp_garp_extra_if all 30\n}\n" + instance(""))
                                .announcements()
                                .extraNanos())
                .isEqualTo(30 * SECOND);
    }

    @Test
    void whatNoAdvertHoldsIsExcludedAndSaid() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            lines.append("10.1.").append(i / 200).append('.').append(i % 200 + 1).append('\n');
        }
        ReadResult result = read(instance("").replace("10.0.0.1\n", lines.toString()));

        VrrpInstanceEntry entry =
                Objects.requireNonNull(result.configuration()).vrrpInstances().getFirst();
        assertThat(entry.addresses()).hasSize(255);
        assertThat(entry.excluded()).hasSize(45);
        assertThat(entry.excluded().getFirst().address().getHostAddress()).isEqualTo("10.1.1.56");
        assertThat(result.diagnostics().stream().map(Diagnostic::toString))
                .containsExactly(
                        "f:261:1: warning: an advert holds 255 addresses: the last 45 are announced but"
                                + " not listed, as virtual_ipaddress_excluded; keep the same order on"
                                + " all routers");
    }

    @Test
    void theDelayAfterBootIsOverOnAMachineThatHasBeenUpForLonger() {
        assertThat(
                        only("global_defs {\nvrrp_delay_after_boot 0.01\n}\n" + instance(""))
                                .startupDelayNanos())
                .isZero();
        assertThat(
                        only("global_defs {\nvrrp_delay_after_boot 86400\n}\n" + instance(""))
                                .startupDelayNanos())
                .isBetween(0L, 86_400 * SECOND - 1);
    }

    @Test
    void masterWithoutPriorityIsTheOwnerAsInKeepalived() {
        assertThat(only(instance("state MASTER")).priority()).isEqualTo(255);
    }

    @Test
    void ipv6MeansVersionThree() {
        assertThat(only(instance("").replace("10.0.0.1", "fd00::1")).version()).isEqualTo(3);
    }

    static Stream<Arguments> remarks() {
        return Stream.of(
                Arguments.of(
                        instance("advert_int 0.1"),
                        "f:3:1: warning: advert_int below 1 s: version 3 is used, as version 2 counts whole"
                                + " seconds; write version 3 on all routers"),
                Arguments.of(
                        instance("version 2\nadvert_int 0.1"),
                        "f:4:1: warning: advert_int is rounded to 1 s: version 2 counts whole seconds"),
                Arguments.of(
                        instance("authentication {\nauth_type AH\nauth_pass x\n}"),
                        "f:4:11: error: auth_type AH is not supported: RFC 3768 removed it, and every"
                                + " implementation computes it differently; use PASS, or remove the"
                                + " authentication block from all routers"),
                Arguments.of(
                        instance("authentication {\nauth_type PASS\n}"),
                        "f:3:1: error: auth_type PASS needs auth_pass with 1 to 8 characters"),
                Arguments.of(
                        instance("version 3\nauthentication {\nauth_type PASS\nauth_pass x\n}"),
                        "f:4:1: warning: authentication is ignored: version 3 has none"),
                Arguments.of(
                        instance("state MASTER\npriority 100\nnopreempt"),
                        "f:5:1: warning: nopreempt is ignored with state MASTER or priority 255; write state"
                                + " BACKUP"),
                Arguments.of(
                        instance("nopreempt\npreempt_delay 5"),
                        "f:4:1: warning: preempt_delay is ignored with nopreempt; remove one of them"),
                Arguments.of(
                        instance("priority 256"),
                        "f:3:10: error: priority 256 is out of range; allowed is 1 to 255"),
                Arguments.of(
                        instance("advert_int 300"),
                        "f:3:1: error: advert_int is out of range; version 2 carries 1 to 255 s"),
                Arguments.of(
                        instance("track_process {\nx\n}"),
                        "f:3:1: warning: track_process is accepted but not done yet; the instance takes no"
                                + " notice of it"),
                Arguments.of(
                        instance("garp_extra_if 30"),
                        "f:3:1: warning: garp_extra_if without 'all' is for interfaces of use_vmac alone;"
                                + " write garp_extra_if all 30"),
                Arguments.of(
                        instance("strict_mode\npreempt_delay 5"),
                        "f:4:1: warning: preempt_delay is ignored in strict mode"),
                Arguments.of(
                        instance("strict_mode\nauthentication {\nauth_type PASS\nauth_pass x\n}"),
                        "f:4:1: warning: authentication is ignored in strict mode"),
                Arguments.of(
                        instance("strict_mode\nunicast_peer {\n10.0.0.9\n}"),
                        "f:4:1: warning: unicast_peer is ignored: adverts go to the group in strict mode"),
                Arguments.of(
                        instance("strict_mode\nstate MASTER\npriority 150"),
                        "f:4:1: warning: state is BACKUP: only priority 255 is MASTER in strict mode"),
                Arguments.of(
                        instance("strict_mode\nlower_prio_no_advert off"),
                        "f:4:1: warning: lower_prio_no_advert is on in strict mode"),
                Arguments.of(
                        instance("unicast_peer {\nfd00::2\n}"),
                        "f:1:1: error: vrrp_instance A: fd00:0:0:0:0:0:0:2 is not of the family of its virtual IP"
                                + " addresses, IPv4"),
                Arguments.of(
                        instance("")
                                + instance("").replace("A", "B").replace("10.0.0.1", "10.0.0.2"),
                        "f:12:1: error: virtual_router_id 51 of IPv4 on eth0 is there already (line 4); change or"
                                + " remove one of them"));
    }

    @ParameterizedTest
    @MethodSource("remarks")
    void exactlyThisIsSaid(String text, String message) {
        assertThat(read(text).diagnostics().stream().map(Diagnostic::toString))
                .containsExactly(message);
    }
}
