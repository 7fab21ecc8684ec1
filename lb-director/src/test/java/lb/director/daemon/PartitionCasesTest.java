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
    private static final String REFRESH = "garp_master_refresh 1";

    /** Healed by the weaker one's advert: it speaks ten times as often, so it is heard first. */
    private static final One HEARS = Instances.v3(51, 150, "1");

    /** Whoever is heard first: when keepalived hears lb first it is silent from then on. */
    private static final One REFRESHES = Instances.v3(55, 150, "0.2").with(REFRESH);

    private static final One REFRESHES6 = Instances.v6(53, 150, "0.2").with(REFRESH);
    private static final One LOSES = Instances.v3(52, 100, "0.2");
    private static final One LOSES6 = Instances.v6(54, 100, "0.2");
    private static final List<One> WON = List.of(HEARS, REFRESHES, REFRESHES6);
    private static final List<One> LOST = List.of(LOSES, LOSES6);

    /** What the case asks for; a busy machine may be slower. */
    private static final double HEALED_MILLIS = CaseLab.LONG ? 1_500 : 4_000;

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
    void case41And42_afterAHealedPartitionClientsKnowTheWinner() {
        LabProcess director =
                lab.net.lb(
                        lab.net.a,
                        Instances.of(HEARS, REFRESHES, REFRESHES6, LOSES, LOSES6).text());
        LabProcess keepalived =
                lab.net.keepalived(
                        lab.net.b,
                        Instances.of(
                                        HEARS.withPriority(100).withInterval("0.1"),
                                        REFRESHES.withPriority(100),
                                        REFRESHES6.withPriority(100),
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
        assertThat(director.output()).doesNotContain("(V51) MASTER ->", "(V55) MASTER ->");
        for (One one : LOST) {
            assertThat(director.output()).contains("(V" + one.vrid() + ") MASTER -> BACKUP");
        }
        CaseLab.assertNoObjection(keepalived);
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
