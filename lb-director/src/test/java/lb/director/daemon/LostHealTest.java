package lb.director.daemon;

import static lb.director.daemon.CaseLab.epochNanos;
import static lb.director.daemon.VrrpLab.MAC_A;
import static lb.director.daemon.VrrpLab.MAC_B;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.await;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import lb.core.wire.MacAddress;
import lb.director.daemon.Instances.One;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A healed split brain that lb loses to routers that neither answer its advert nor announce again:
 * keepalived with vrrp_strict and FRR. Nobody corrects what lb would say, so it must say nothing:
 * the client on their side keeps their MAC address, and the one on lb's side finds it when it asks.
 */
class LostHealTest {
    /**
     * Shorter than the winners', so that lb mostly speaks first and finds their answers. It waits
     * for their adverts for an interval and as much again, at most 250 ms: 150 ms longer than they
     * need.
     */
    private static final One STRICT = Instances.v3(61, 100, "0.3");

    private static final One FRRS = Instances.v3(62, 100, "0.3");
    private static final String WINNERS_INTERVAL = "0.4";

    /** FRR's VIPs are on an interface with the virtual router's MAC address. */
    private static final Map<One, Long> WINNERS = Map.of(STRICT, MAC_B, FRRS, 0x00_00_5e_00_01_3eL);

    private static final int HEALS = CaseLab.LONG ? 10 : 1;

    private CaseLab lab;

    @BeforeEach
    void build() {
        lab = CaseLab.open("keepalived", "vtysh");
        // Only the interface that has the VIP answers for it, FRR's; and asks in its name.
        lab.net
                .b
                .sysctl("net.ipv4.conf.all.arp_ignore", "1")
                .sysctl("net.ipv4.conf.all.arp_announce", "2");
        for (Host client : List.of(lab.net.client, lab.net.server)) {
            // A client doubts what it knows after a second instead of half a minute.
            client.sysctl("net.ipv4.neigh.eth0.base_reachable_time_ms", "1000")
                    .sysctl("net.ipv4.neigh.eth0.delay_first_probe_time", "1")
                    .sysctl("net.ipv4.neigh.eth0.retrans_time_ms", "200");
        }
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void afterAHealThatLbLosesClientsKnowTheWinnerAndGoOnKnowingIt() {
        LabProcess keepalived =
                lab.net.keepalived(
                        lab.net.b,
                        "global_defs {\nvrrp_strict\n}\n" + Instances.of(better(STRICT)).text());
        Frr frr = Frr.start(lab.net, lab.net.b, List.of(better(FRRS)));
        keepalived.awaitOutput("(V61) Entering MASTER STATE", PATIENCE);
        await("FRR is Master", () -> frr.isIn(FRRS, "Master"));
        LabProcess director =
                // Its second set would come at any time of a heal, before there is an answer, too.
                lab.net.lb(
                        lab.net.a,
                        "global_defs {\nvrrp_garp_master_delay 0\n}\n"
                                + Instances.of(STRICT, FRRS).text());
        director.awaitOutput("ready", PATIENCE);

        for (int i = 0; i < HEALS; i++) {
            WINNERS.keySet().forEach(one -> lab.awaitState(lab.net.a, one, "BACKUP"));
            splitAndHeal();
        }
        WINNERS.forEach((one, mac) -> lab.awaitOneAnswer(one.vip(), mac));
        CaseLab.assertNoFault(director);
    }

    private static One better(One one) {
        return one.withPriority(150).withInterval(WINNERS_INTERVAL);
    }

    /** {a, r} and {b, c}, until each client knows the router on its side; then one again. */
    private void splitAndHeal() {
        lab.net.server.moveApart("eth0");
        lab.net.a.moveApart("eth0");
        for (One one : WINNERS.keySet()) {
            lab.awaitState(lab.net.a, one, "MASTER");
            awaitKnown(lab.net.server, one, MAC_A);
            awaitKnown(lab.net.client, one, WINNERS.get(one));
        }
        pause(ThreadLocalRandom.current().nextLong(500));

        lab.net.server.moveBack("eth0");
        lab.net.a.moveBack("eth0");
        long healed = epochNanos();
        for (One one : WINNERS.keySet()) {
            lab.awaitState(lab.net.a, one, "BACKUP");
            awaitKnown(lab.net.server, one, WINNERS.get(one));
            assertThat(lab.announcements(MAC_A, one.vip(), healed)).as("last words").isEmpty();
        }
        pause(1_000);
        for (One one : WINNERS.keySet()) {
            assertKnown(lab.net.client, one);
            assertKnown(lab.net.server, one);
            assertThat(lab.announcements(MAC_A, one.vip(), healed)).as("last words").isEmpty();
        }
    }

    private static void awaitKnown(Host client, One one, long mac) {
        await(
                client.name() + " knows who has " + one.vip(),
                () -> {
                    client.run(PATIENCE, "bash", "-c", "echo x > /dev/udp/" + one.vip() + "/9");
                    String known = known(client, one);
                    return known.contains(MacAddress.text(mac))
                            || mac != MAC_A && known.contains(MacAddress.text(MAC_B));
                });
    }

    /** Not which of its interfaces the winner's machine last asked somebody from. */
    private static void assertKnown(Host client, One one) {
        assertThat(known(client, one))
                .containsAnyOf(MacAddress.text(WINNERS.get(one)), MacAddress.text(MAC_B));
    }

    private static String known(Host client, One one) {
        return client.run(PATIENCE, "ip", "neigh", "show", one.vip()).output();
    }
}
