package lb.director.daemon;

import static lb.director.daemon.VrrpLab.MAC_A;
import static lb.director.daemon.VrrpLab.MAC_B;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.VIP;
import static lb.director.daemon.VrrpLab.await;
import static lb.director.daemon.VrrpLab.awaitTimes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two directors of this program share a VIP, in namespaces. */
class TwoDirectorsTest {
    private static final String MASTER = "(SHOP) BACKUP -> MASTER";
    private static final String BACKUP = "(SHOP) MASTER -> BACKUP";

    private VrrpLab lab;

    @BeforeEach
    void build() {
        VrrpLab.assumeItCanRun("ip", "tcpdump", "tshark");
        lab = new VrrpLab();
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    private static String configuration(int priority) {
        return """
        global_defs {
            default_interface eth0
        }
        lb {
            vip_lease 2
        }
        vrrp_instance SHOP {
            interface eth0
            virtual_router_id 51
            priority %d
            advert_int 0.2
            virtual_ipaddress {
                10.9.0.100/24
            }
        }
        virtual_server 10.9.0.100 53 {
            protocol UDP
            lvs_sched rr
            lvs_method DR
            real_server 10.9.0.4 53 {
            }
        }
        """
                .formatted(priority);
    }

    @Test
    void theBetterOneHoldsTheVipAndTheOtherTakesOverWhenItIsKilledOrStopped() throws Exception {
        LabProcess a = lab.lb(lab.a, configuration(150));
        LabProcess b = lab.lb(lab.b, configuration(100));
        a.awaitOutput(MASTER, PATIENCE);
        b.awaitOutput("ready", PATIENCE);
        await(
                "the backup does not hold the VIP",
                () -> lab.holds(lab.a, VIP) && !lab.holds(lab.b, VIP));

        assertThat(lab.whoAnswers()).containsExactly(MAC_A);
        aBackupDoesNotForward();
        assertThat(lab.ask(lab.a, "vrrp").output()).contains("SHOP", "MASTER", "10.9.0.100/24");
        assertThat(lab.ask(lab.b, "vrrp", "--json").output()).contains("BACKUP", "10.9.0.1");

        int before = count(b, MASTER);
        a.kill();
        awaitTimes(b, MASTER, before + 1);
        await("b holds the VIP", () -> lab.holds(lab.b, VIP));
        await("the dead director's lease is over", () -> !lab.holds(lab.a, VIP));
        assertThat(lab.whoAnswers()).containsExactly(MAC_B);
        anActiveForwards();

        LabProcess again = lab.lb(lab.a, configuration(150));
        again.awaitOutput(MASTER, PATIENCE);
        awaitTimes(b, BACKUP, count(b, MASTER));
        assertThat(lab.whoAnswers()).containsExactly(MAC_A);

        Path capture = lab.lab.directory().resolve("stop.pcap");
        LabProcess tcpdump = lab.captureInto(lab.client, capture);
        int masters = count(b, MASTER);
        assertThat(again.stop()).isZero();
        assertThat(lab.holds(lab.a, VIP)).isFalse();
        awaitTimes(b, MASTER, masters + 1);
        await("b holds the VIP again", () -> lab.holds(lab.b, VIP));
        assertThat(lab.whoAnswers()).containsExactly(MAC_B);
        tcpdump.stop();
        assertThat(lab.priorities(capture)).contains("0");
    }

    private void aBackupDoesNotForward() {
        long before = lab.verdicts(lab.b, "GATE_CLOSED");
        lab.sendTo(MAC_B);
        await(
                "the backup counts GATE_CLOSED",
                () -> lab.verdicts(lab.b, "GATE_CLOSED") == before + 1);
        assertThat(lab.verdicts(lab.b, "FORWARDED")).isZero();
        lab.sendTo(MAC_A);
        await("the Active forwards", () -> lab.verdicts(lab.a, "FORWARDED") == 1);
    }

    private void anActiveForwards() {
        lab.sendTo(MAC_B);
        await("b forwards now", () -> lab.verdicts(lab.b, "FORWARDED") == 1);
    }

    private static int count(LabProcess process, String text) {
        return process.output().split(java.util.regex.Pattern.quote(text), -1).length - 1;
    }
}
