package lb.director.daemon;

import static lb.director.daemon.VrrpLab.MAC_B;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.VIP;
import static lb.director.daemon.VrrpLab.await;
import static lb.director.daemon.VrrpLab.awaitTimes;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import lb.core.service.SchedulerProvider;
import lb.director.lab.Capture;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A director that stands still, or whose data plane does, beside a real keepalived. */
class SelfFencingTest {
    private static final String MASTER = "(SHOP) BACKUP -> MASTER";
    private static final String KA_MASTER = "Entering MASTER STATE";
    private static final boolean LONG = Boolean.getBoolean("lb.long");

    private VrrpLab lab;

    @BeforeEach
    void build() {
        VrrpLab.assumeItCanRun("ip", "tcpdump", "keepalived");
        lab = new VrrpLab();
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    private static String instance(int priority, String interval) {
        return """
        vrrp_instance SHOP {
            interface eth0
            virtual_router_id 51
            state BACKUP
            version 3
            priority %d
            advert_int %s
            virtual_ipaddress {
                10.9.0.100/24
            }
        }
        """
                .formatted(priority, interval);
    }

    private static String director(int priority, String interval, String scheduler) {
        return """
        global_defs {
            default_interface eth0
        }
        lb {
            vip_lease 2
        }
        %s
        virtual_server 10.9.0.100 53 {
            protocol UDP
            lvs_sched %s
            lvs_method DR
            real_server 10.9.0.4 53 {
            }
        }
        """
                .formatted(instance(priority, interval), scheduler);
    }

    @Test
    void anActiveThatWasStoppedHasLostItsVipsAndSaysNothingBeforeItsTurn() {
        LabProcess a = lab.lb(lab.a, director(150, "0.2", "rr"));
        a.awaitOutput(MASTER, PATIENCE);
        LabProcess b = lab.keepalived(lab.b, instance(100, "0.2"));
        b.awaitOutput("Entering BACKUP STATE", PATIENCE);
        await("a holds the VIP", () -> lab.holds(lab.a, VIP));

        a.signal("STOP");
        b.awaitOutput(KA_MASTER, PATIENCE);
        await("the lease is over", () -> !lab.holds(lab.a, VIP));
        pause(LONG ? 6_000 : 500);
        Capture capture = lab.client.capture("eth0", "ip proto 112 and src host 10.9.0.1");
        a.signal("CONT");
        a.awaitOutput("fenced", PATIENCE);
        assertThat(a.output()).contains("(SHOP) MASTER -> FAULT", "(SHOP) FAULT -> BACKUP");
        assertThat(lab.holds(lab.a, VIP)).isFalse();
        awaitTimes(a, MASTER, 2);
        awaitTimes(b, "Entering BACKUP STATE", 2);
        // Its first word was the advert with which it took over, and no priority 0.
        assertThat(capture.stop().getFirst().u8(36)).isEqualTo(150);
        assertThat(lab.ask(lab.a, "vrrp", "--json").output()).contains("\"fenced\" : 1");
    }

    @Test
    void aBackupThatWasStoppedDoesNotTakeWhatItHasNotHeardForSilence() {
        String interval = LONG ? "0.01" : "0.05";
        String urgent = "global_defs {\n    vrrp_rt_priority 50\n}\n";
        LabProcess a = lab.keepalived(lab.a, urgent + instance(150, interval));
        a.awaitOutput(KA_MASTER, PATIENCE);
        LabProcess b = lab.lb(lab.b, instance(100, interval));
        b.awaitOutput("INIT -> BACKUP", PATIENCE);
        pause(500);
        int before = b.output().split(java.util.regex.Pattern.quote(MASTER), -1).length;
        b.signal("STOP");
        pause(1_000);
        b.signal("CONT");
        pause(1_000);
        assertThat(b.output().split(java.util.regex.Pattern.quote(MASTER), -1)).hasSize(before);
        a.stop();
        awaitTimes(b, MASTER, before);
    }

    @Test
    void aDirectorWhoseWorkerStandsStillLeavesTheVipToItsPeer() throws Exception {
        Path services = lab.plugins().resolve("META-INF/services");
        Files.createDirectories(services);
        Files.writeString(
                services.resolve(SchedulerProvider.class.getName()),
                StallingScheduler.class.getName());
        LabProcess a = lab.lb(lab.a, director(150, "0.2", "stalling"));
        a.awaitOutput(MASTER, PATIENCE);
        LabProcess b = lab.keepalived(lab.b, instance(100, "0.2"));
        b.awaitOutput("Entering BACKUP STATE", PATIENCE);
        await("a holds the VIP", () -> lab.holds(lab.a, VIP));
        a.awaitOutput("ready", PATIENCE);

        lab.sendTo(VrrpLab.MAC_A);
        b.awaitOutput(KA_MASTER, PATIENCE);
        a.awaitOutput("the data plane has not answered", PATIENCE);
        assertThat(a.output()).contains("(SHOP) MASTER -> FAULT");
        assertThat(lab.holds(lab.a, VIP)).isFalse();
        assertThat(lab.whoAnswers()).containsExactly(MAC_B);

        awaitTimes(a, MASTER, 2);
        await("a holds the VIP again", () -> lab.holds(lab.a, VIP) && !lab.holds(lab.b, VIP));
    }
}
