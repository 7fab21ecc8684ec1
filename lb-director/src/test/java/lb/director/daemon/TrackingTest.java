package lb.director.daemon;

import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.VIP;
import static lb.director.daemon.VrrpLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import lb.director.lab.Bridge;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trackers, sync groups and reloads, with a real keepalived as the other router. */
class TrackingTest {
    private static final String FAULT = "(VI_1) MASTER -> FAULT";
    private static final String MASTER = "(VI_1) BACKUP -> MASTER";

    private VrrpLab lab;

    @BeforeEach
    void build() {
        VrrpLab.assumeItCanRun("ip", "tcpdump", "tshark", "keepalived");
        lab = new VrrpLab();
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    private static String instance(String name, int id, String device, int priority, String lines) {
        return """
        vrrp_instance %s {
            interface %s
            virtual_router_id %d
            priority %d
            version 3
            advert_int 0.4
            %s
            virtual_ipaddress {
                10.9.%d.100/24
            }
        }
        """
                .formatted(name, device, id, priority, lines, id == 51 ? 0 : 1);
    }

    private String tracking(int priority, String lines) {
        return """
        global_defs {
            script_user root
        }
        vrrp_script ok {
            script "/usr/bin/test -e %1$s/ok"
            interval 0.2
        }
        vrrp_script extra {
            script "/usr/bin/test -e %1$s/extra"
            interval 0.2
            weight -60
        }
        vrrp_track_file hand {
            file %1$s/hand
        }
        """
                        .formatted(lab.lab.directory())
                + instance(
                        "VI_1",
                        51,
                        "eth0",
                        priority,
                        """
                        track_script {
                            ok
                            extra
                        }
                        track_file {
                            hand
                        }
                        track_interface {
                            tracked0
                        }
                        """
                                + lines);
    }

    private Path file(String name) {
        return lab.lab.directory().resolve(name);
    }

    private void ip(Host host, String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "ip";
        System.arraycopy(words, 0, command, 1, words.length);
        host.run(PATIENCE, command).orThrow();
    }

    private void lbHolds(String why, boolean lbDoes) {
        await(
                why + (lbDoes ? ": lb holds the VIP" : ": keepalived holds the VIP"),
                () -> lab.holds(lab.a, VIP) == lbDoes && lab.holds(lab.b, VIP) != lbDoes);
    }

    private static int count(LabProcess process, String text) {
        return process.output().split(Pattern.quote(text), -1).length - 1;
    }

    @Test
    void whatIsTrackedMovesThePriorityOrMeansFaultAndKeepalivedTakesOver() throws IOException {
        Files.createFile(file("ok"));
        Files.createFile(file("extra"));
        lab.a.attach(lab.lab.bridge("sw3"), "tracked0", "02:00:00:00:03:01");
        Path capture = file("vrrp.pcap");
        LabProcess tcpdump = lab.captureInto(lab.client, capture);
        LabProcess keepalived = lab.keepalived(lab.b, instance("VI_1", 51, "eth0", 100, ""));
        keepalived.awaitOutput("Entering MASTER STATE", PATIENCE);
        LabProcess lb = lab.lb(lab.a, tracking(150, ""));
        lb.awaitOutput(MASTER, PATIENCE);
        lbHolds("better", true);

        Files.delete(file("extra"));
        lb.awaitOutput("effective priority 150 -> 90", PATIENCE);
        lbHolds("a script with weight fails", false);
        assertThat(lab.ask(lab.a, "vrrp").output())
                .contains("90 (150)", "extra", "DOWN", "priority -60", "tracked0");
        assertThat(count(lb, FAULT)).isZero();
        Files.createFile(file("extra"));
        lbHolds("the script is well again", true);

        Files.delete(file("ok"));
        lbHolds("a script without weight fails", false);
        assertThat(count(lb, FAULT)).isOne();
        assertThat(lab.ask(lab.a, "vrrp").output()).contains("FAULT", "TRACKED_SCRIPT");
        Files.createFile(file("ok"));
        lbHolds("that script is well again", true);

        ip(lab.a, "link", "set", "tracked0", "down");
        lbHolds("a tracked interface is down", false);
        assertThat(lab.ask(lab.a, "vrrp", "--json").output()).contains("TRACKED_INTERFACE");
        ip(lab.a, "link", "set", "tracked0", "up");
        lbHolds("it is up again", true);

        Files.writeString(file("hand"), "-70\n");
        lbHolds("the operator lowers the priority", false);
        lb.awaitOutput("effective priority 150 -> 80", PATIENCE);
        Files.delete(file("hand"));
        lbHolds("and takes that back", true);

        lb.stop();
        tcpdump.stop();
        assertThat(lab.priorities(capture)).contains("150", "90", "80", "0");
        CaseLab.assertNoFault(lb);
    }

    @Test
    void aReloadChangesWhatItCanWithoutAnElection() throws IOException {
        lab.a.attach(lab.lab.bridge("sw4"), "fresh0", "02:00:00:00:04:01", "10.9.1.1/24");
        Files.createFile(file("ok"));
        Files.createFile(file("extra"));
        lab.a.attach(lab.lab.bridge("sw3"), "tracked0", "02:00:00:00:03:01");
        LabProcess keepalived = lab.keepalived(lab.b, instance("VI_1", 51, "eth0", 100, ""));
        keepalived.awaitOutput("Entering MASTER STATE", PATIENCE);
        LabProcess lb = lab.lb(lab.a, tracking(150, ""));
        lb.awaitOutput(MASTER, PATIENCE);

        String more = "virtual_ipaddress_excluded {\n10.9.0.101/24\n}\ngarp_master_repeat 2\n";
        reload(lb, tracking(150, more).replace("weight -60", "weight -30"));
        await("the new VIP is there", () -> lab.holds(lab.a, "10.9.0.101"));
        assertThat(lab.holds(lab.a, VIP)).isTrue();
        reload(lb, tracking(150, "advert_int 0.5\n"));
        await("the VIP has gone again", () -> !lab.holds(lab.a, "10.9.0.101"));
        assertThat(lab.ask(lab.a, "vrrp").output()).contains("0.50 s");
        reload(lb, tracking(150, "advert_int 0.5\n") + instance("VI_2", 53, "fresh0", 150, ""));
        assertThat(lb.output()).doesNotContain("there is no interface", "(VI_2) INIT -> FAULT");
        reload(lb, tracking(120, "advert_int 0.5\n"));
        lb.awaitOutput("effective priority 150 -> 120", PATIENCE);
        assertThat(count(lb, "MASTER -> ")).isZero();
        assertThat(count(keepalived, "Entering MASTER STATE")).isOne();
        assertThat(lab.holds(lab.a, VIP)).isTrue();

        reload(lb, tracking(50, ""));
        lbHolds("its priority is lower by now", false);
        reload(lb, tracking(150, "").replace("virtual_router_id 51", "virtual_router_id 52"));
        lb.awaitOutput(
                "(VI_1) starts anew, because this cannot change while it runs: "
                        + "virtual_router_id",
                PATIENCE);
    }

    private void reload(LabProcess lb, String configuration) {
        int before = count(lb, " reloaded ");
        lab.write("a.lb.conf", configuration);
        lb.signal("HUP");
        await("it has reloaded", () -> count(lb, " reloaded ") > before);
    }

    @Test
    void bothMembersOfASyncGroupMoveWhenOneLinkGoesDown() {
        Bridge other = lab.lab.bridge("sw2");
        lab.a.attach(other, "eth1", "02:00:00:00:01:01", "10.9.1.1/24");
        lab.b.attach(other, "eth1", "02:00:00:00:01:02", "10.9.1.2/24");
        String group = "vrrp_sync_group VG {\ngroup {\nVI_1\nVI_2\n}\n}\n";
        LabProcess keepalived =
                lab.keepalived(
                        lab.b,
                        group
                                + instance("VI_1", 51, "eth0", 100, "")
                                + instance("VI_2", 52, "eth1", 100, ""));
        VrrpLab.awaitTimes(keepalived, "Entering MASTER STATE", 2);
        LabProcess lb =
                lab.lb(
                        lab.a,
                        group
                                + instance("VI_1", 51, "eth0", 150, "")
                                + instance("VI_2", 52, "eth1", 150, ""));
        lb.awaitOutput("sync group VG: BACKUP -> MASTER", PATIENCE);
        bothHeldByLb("better", true);

        ip(lab.a, "link", "set", "eth1", "down");
        lb.awaitOutput("sync group VG: MASTER -> FAULT", PATIENCE);
        bothHeldByLb("one link is down", false);
        assertThat(lab.ask(lab.a, "vrrp").output())
                .contains("INTERFACE_DOWN", "SYNC_GROUP", "VG", "VI_1 VI_2");

        ip(lab.a, "link", "set", "eth1", "up");
        lb.awaitOutput("sync group VG: FAULT -> BACKUP", PATIENCE);
        bothHeldByLb("it is up again", true);
        CaseLab.assertNoFault(lb);
    }

    private void bothHeldByLb(String why, boolean lbDoes) {
        await(
                why + (lbDoes ? ": lb holds both VIPs" : ": keepalived holds both VIPs"),
                () ->
                        holds(lab.a, "10.9.0.100") == lbDoes
                                && holds(lab.a, "10.9.1.100") == lbDoes
                                && holds(lab.b, "10.9.0.100") != lbDoes
                                && holds(lab.b, "10.9.1.100") != lbDoes);
    }

    private static boolean holds(Host host, String vip) {
        return host.run(PATIENCE, "ip", "-o", "address", "show")
                .orThrow()
                .output()
                .contains(" " + vip + "/");
    }

    @Test
    void anInstanceWaitsForItsInterfaceAndForgetsWhatOthersLeftOnIt() {
        LabProcess lb = lab.lb(lab.a, instance("VI_1", 51, "late0", 150, ""));
        lb.awaitOutput("there is no interface late0: waiting for it", PATIENCE);
        lb.awaitOutput("ready", PATIENCE);
        assertThat(lab.ask(lab.a, "vrrp").output()).contains("FAULT", "INTERFACE_DOWN");

        ip(lab.a, "link", "add", "late0", "type", "veth", "peer", "name", "late1");
        ip(lab.a, "link", "set", "late1", "up");
        ip(lab.a, "address", "add", "10.9.0.7/24", "dev", "late0");
        // A VIP that is there for ever: whoever is not Active must not answer for it.
        ip(lab.a, "address", "add", "10.9.0.100/24", "dev", "late0");
        ip(lab.a, "link", "set", "late0", "up");
        lb.awaitOutput("(VI_1) FAULT -> BACKUP", PATIENCE);
        lb.awaitOutput(" removed from late0", PATIENCE);
        lb.awaitOutput(MASTER, PATIENCE);
        await(
                "it holds the VIP, on a lease",
                () ->
                        lab.a
                                .run(PATIENCE, "ip", "-o", "address", "show", "dev", "late0")
                                .output()
                                .lines()
                                .anyMatch(line ->
                                        line.contains(" 10.9.0.100/")
                                                && !line.contains("valid_lft forever")));
    }
}
