package lb.director.daemon;

import static lb.director.daemon.CaseLab.epochNanos;
import static lb.director.daemon.VrrpLab.MAC_A;
import static lb.director.daemon.VrrpLab.MAC_B;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import lb.director.daemon.Instances.One;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Cases 41 and 42: the network falls into two, {a, r} and {b, c}, so that lb on a and keepalived on
 * b are both Active, and becomes one again. Each client has learnt the MAC address of the router on
 * its side; afterwards it must know the winner's.
 */
class PartitionCasesTest {
    /** lb hears first: the weaker one speaks ten times as often. */
    private static final One HEARS = Instances.v3(51, 150, "1");

    private static final One HEARS6 = Instances.v6(56, 150, "1");

    /** keepalived hears first: lb never hears it at all, see {@link #DEAF}. */
    private static final One ASKS = Instances.v3(55, 150, "1");

    private static final One ASKS6 = Instances.v6(53, 150, "1");

    /** The same between unicast peers. */
    private static final One TELLS = Instances.v3(57, 150, "1");

    /** Keeps adverts of some virtual routers from lb; the VRID is the header's second byte. */
    private static final String DEAF =
            """
            table inet deaf {
                chain heard {
                    type filter hook input priority 0;
                    meta l4proto 112 @th,8,8 { 53, 55, 57 } drop
                }
            }
            """;

    /** keepalived's late second set of gratuitous ARP would give it away. */
    private static final String NO_SECOND_SET = "garp_master_delay 0";

    private static final One LOSES = Instances.v3(52, 100, "0.2");
    private static final One LOSES6 = Instances.v6(54, 100, "0.2");
    private static final List<One> WON = List.of(HEARS, HEARS6, ASKS, ASKS6, TELLS);
    private static final List<One> LOST = List.of(LOSES, LOSES6);

    /** What the case asks for; a busy machine may be slower. */
    private static final double HEALED_MILLIS = CaseLab.LONG ? 1_500 : 4_000;

    private CaseLab lab;

    @BeforeEach
    void build() {
        lab = CaseLab.open("keepalived", "nft");
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void case41And42_afterAHealedPartitionClientsKnowTheWinner() {
        String rules = lab.net.write("deaf.nft", DEAF).toString();
        lab.net.a.run(PATIENCE, "nft", "-f", rules).orThrow();
        LabProcess director =
                lab.net.lb(
                        lab.net.a,
                        Instances.of(
                                        HEARS,
                                        HEARS6,
                                        ASKS,
                                        ASKS6,
                                        TELLS.with(peer("10.9.0.2")),
                                        LOSES,
                                        LOSES6)
                                .text());
        LabProcess keepalived =
                lab.net.keepalived(
                        lab.net.b,
                        Instances.of(
                                        HEARS.withPriority(100).withInterval("0.1"),
                                        HEARS6.withPriority(100).withInterval("0.1"),
                                        ASKS.withPriority(100).with(NO_SECOND_SET),
                                        ASKS6.withPriority(100).with(NO_SECOND_SET),
                                        TELLS.withPriority(100)
                                                .with(NO_SECOND_SET)
                                                .with(peer("10.9.0.1")),
                                        LOSES.withPriority(150),
                                        LOSES6.withPriority(150))
                                .text());
        director.awaitOutput("ready", PATIENCE);
        elected();
        learn(lab.net.client, WON, MAC_A);
        learn(lab.net.server, LOST, MAC_B);

        lab.net.server.moveApart("eth0");
        lab.net.a.moveApart("eth0");
        for (One one : WON) {
            keepalived.awaitOutput("(V" + one.vrid() + ") Entering MASTER STATE", PATIENCE);
        }
        LOST.forEach(one -> lab.awaitState(lab.net.a, one, "MASTER"));
        learn(lab.net.client, WON, MAC_B);
        learn(lab.net.server, LOST, MAC_A);
        WON.forEach(one -> lab.awaitState(lab.net.a, one, "MASTER"));
        pause(CaseLab.LONG ? 6_000 : 0);

        long since = epochNanos();
        VrrpLab.await("lb has just spoken", () -> !lab.adverts(MAC_A, HEARS, since).isEmpty());
        lab.net.server.moveBack("eth0");
        lab.net.a.moveBack("eth0");
        long healed = epochNanos();
        awaitKnown(lab.net.client, WON, MAC_A);
        awaitKnown(lab.net.server, LOST, MAC_B);
        assertThat((epochNanos() - healed) / 1e6).isLessThan(HEALED_MILLIS);
        elected();
        pause(1_000);
        assertThat(WON).allMatch(one -> knows(lab.net.client, one, MAC_A));
        assertThat(LOST).allMatch(one -> knows(lab.net.server, one, MAC_B));
        for (One one : WON) {
            assertThat(director.output()).doesNotContain("(V" + one.vrid() + ") MASTER ->");
        }
        for (One one : List.of(ASKS, ASKS6, TELLS)) {
            assertThat(lab.counter(lab.net.a, one, "advertisements_received")).isZero();
            assertThat(lab.counter(lab.net.a, one, "vip_claims_by_others")).isPositive();
        }
        assertThat(director.output())
                .contains("(V55) 02:00:00:00:00:02 says that it has VIP 10.9.0.55, which is ours");
        for (One one : LOST) {
            assertThat(director.output()).contains("(V" + one.vrid() + ") MASTER -> BACKUP");
        }
        CaseLab.assertNoObjection(keepalived);
        assertProbesWellFormed();
    }

    private static String peer(String address) {
        return "unicast_peer {\n" + address + "\n}";
    }

    /** As tshark sees them: sent where the adverts go, good checksums, nothing to remark on. */
    private void assertProbesWellFormed() {
        String probe = "arp.isprobe && eth.src == 02:00:00:00:00:01 && arp.dst.proto_ipv4 == ";
        assertThat(tshark(probe + ASKS.vip(), "eth.dst"))
                .isNotEmpty()
                .containsOnly("01:00:5e:00:00:12");
        assertThat(tshark(probe + TELLS.vip(), "eth.dst"))
                .isNotEmpty()
                .containsOnly("ff:ff:ff:ff:ff:ff");
        String solicitation = "icmpv6.type == 135 && eth.src == 02:00:00:00:00:01 && eth.dst == ";
        for (String group : List.of("33:33:ff:00:01:35", "33:33:ff:00:01:38")) {
            assertThat(tshark(solicitation + group, "icmpv6.checksum.status"))
                    .isNotEmpty()
                    .containsOnly("1");
        }
        assertThat(
                        tshark(
                                "(arp.isprobe || icmpv6.type == 135) && eth.src == 02:00:00:00:00:01"
                                        + " && (_ws.malformed || _ws.expert.severity >= 0x600000)",
                                "frame.number"))
                .isEmpty();
    }

    private List<String> tshark(String filter, String field) {
        return lab.net
                .client
                .run(
                        PATIENCE,
                        "tshark",
                        "-r",
                        lab.capture.file().toString(),
                        "-Y",
                        filter,
                        "-T",
                        "fields",
                        "-e",
                        field)
                .orThrow()
                .output()
                .lines()
                .toList();
    }

    /** One machine alone answers for each VIP. */
    private void elected() {
        WON.forEach(one -> lab.awaitState(lab.net.a, one, "MASTER"));
        LOST.forEach(one -> lab.awaitState(lab.net.a, one, "BACKUP"));
        WON.forEach(one -> lab.awaitOneAnswer(one.vip(), MAC_A));
        LOST.forEach(one -> lab.awaitOneAnswer(one.vip(), MAC_B));
    }

    /** Has a client ask who has each VIP. */
    private static void learn(Host client, List<One> all, long mac) {
        for (One one : all) {
            VrrpLab.await(
                    client.name() + " has learnt " + one.vip(),
                    () -> {
                        client.run(PATIENCE, "ip", "neigh", "del", one.vip(), "dev", "eth0");
                        client.run(
                                PATIENCE,
                                "bash",
                                "-c",
                                "echo x > /dev/udp/" + one.vip() + "/9; sleep 0.2");
                        return knows(client, one, mac);
                    });
        }
    }

    private static void awaitKnown(Host client, List<One> all, long mac) {
        for (One one : all) {
            VrrpLab.await(
                    client.name() + " knows who has " + one.vip() + " now",
                    () -> knows(client, one, mac));
        }
    }

    private static boolean knows(Host client, One one, long mac) {
        String text = String.format(Locale.ROOT, "%012x", mac).replaceAll("(..)(?!$)", "$1:");
        return client.run(PATIENCE, "ip", "neigh", "show", one.vip()).output().contains(text);
    }
}
