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
import java.util.List;
import java.util.regex.Pattern;
import lb.core.service.SchedulerProvider;
import lb.core.wire.IpAddress;
import lb.director.lab.Capture;
import lb.director.lab.LabProcess;
import lb.director.lab.VrrpAdvert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A director that stands still, or whose data plane does, beside a real keepalived. */
class SelfFencingTest {
    private static final String MASTER = "(SHOP) BACKUP -> MASTER";
    private static final String BACKUP = "-> BACKUP";
    private static final String KA_MASTER = "Entering MASTER STATE";

    /**
     * For a keepalived that keeps its time beside whatever else runs. By default the kernel ends
     * one that ran for 10 ms without a wait, and a virtual machine counts in what its host took.
     */
    private static final String URGENT =
            """
            global_defs {
                vrrp_rt_priority 50
                vrrp_rlimit_rttime 10000000
            }
            """;

    /** How often it is tried to stop b while keepalived speaks all the time. */
    private static final int STOPS = 5;

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
        LabProcess a = lab.lb(lab.a, director(150, "0.5", "rr"));
        a.awaitOutput(MASTER, PATIENCE);
        LabProcess b = lab.keepalived(lab.b, instance(100, "0.5"));
        b.awaitOutput("Entering BACKUP STATE", PATIENCE);
        await("a holds the VIP", () -> lab.holds(lab.a, VIP));

        a.signal("STOP");
        b.awaitOutput(KA_MASTER, PATIENCE);
        await("the lease is over", () -> !lab.holds(lab.a, VIP));
        pause(LONG ? 6_000 : 100);
        Capture capture = lab.client.capture("eth0", "ip proto 112 and src host 10.9.0.1");
        a.signal("CONT");
        a.awaitOutput("fenced", PATIENCE);
        assertThat(a.output()).contains("(SHOP) MASTER -> FAULT", "(SHOP) FAULT -> BACKUP");
        // Unless it took over again meanwhile, rightly.
        boolean holds = lab.holds(lab.a, VIP);
        assertThat(holds && count(a, MASTER) < 2).isFalse();
        awaitTimes(a, MASTER, 2);
        awaitTimes(b, "Entering BACKUP STATE", 2);
        // Its first word was the advert with which it took over, and no priority 0.
        assertThat(capture.stop().getFirst().u8(36)).isEqualTo(150);
        assertThat(lab.ask(lab.a, "vrrp", "--json").output()).contains("\"fenced\" : 1");
    }

    /**
     * What was on its wire decides, so that a keepalived which was held up itself does not count;
     * as long as it spoke until the end of the stop, so that there was something to be heard.
     */
    @Test
    void aBackupThatWasStoppedDoesNotTakeWhatItHasNotHeardForSilence() {
        String interval = LONG ? "0.01" : "0.1";
        SilenceRule rule =
                SilenceRule.of(
                        MAC_B, CaseLab.downMillis(100, Double.parseDouble(interval) * 1_000));
        LabProcess a = lab.keepalived(lab.a, URGENT + instance(150, interval));
        a.awaitOutput(KA_MASTER, PATIENCE);
        Capture capture = lab.b.capture("eth0", "ip proto 112");
        LabProcess b = lab.lb(lab.b, instance(100, interval));
        b.awaitOutput("ready", PATIENCE);
        boolean proven = false;
        for (int i = 0; i < STOPS && !proven; i++) {
            await(
                    "b is Backup",
                    () -> b.output().lastIndexOf(BACKUP) > b.output().lastIndexOf(MASTER));
            int fenced = count(b, "fenced");
            b.signal("STOP");
            pause(1_000);
            long continued = CaseLab.epochNanos();
            b.signal("CONT");
            // Its answer means that it has heard all and acted on its timers since.
            lab.ask(lab.b, "vrrp");
            List<VrrpAdvert> adverts = adverts(capture);
            assertThat(rule.broken(adverts)).as(b.output() + a.output()).isEmpty();
            proven = rule.forbidsSpeaking(adverts, continued) && count(b, "fenced") == fenced;
        }
        assertThat(proven).as("keepalived spoke while b was stopped: " + a.output()).isTrue();
        int before = count(b, MASTER);
        a.stop();
        awaitTimes(b, MASTER, before + 1);
    }

    private static List<VrrpAdvert> adverts(Capture capture) {
        return VrrpAdvert.in(capture.frames()).stream()
                .filter(advert -> advert.isOf(51, IpAddress.parse(VIP)))
                .toList();
    }

    private static int count(LabProcess process, String text) {
        return process.output().split(Pattern.quote(text), -1).length - 1;
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
        await("a has let the VIP go", () -> !lab.holds(lab.a, VIP));
        assertThat(lab.whoAnswers()).containsExactly(MAC_B);

        awaitTimes(a, MASTER, 2);
        await("a holds the VIP again", () -> lab.holds(lab.a, VIP) && !lab.holds(lab.b, VIP));
    }
}
