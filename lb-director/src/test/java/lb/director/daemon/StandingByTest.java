package lb.director.daemon;

import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lb.core.wire.MacAddress;
import lb.director.daemon.Instances.One;
import lb.director.lab.Capture;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a Backup does to be quick when its time comes, and that nobody sees anything of it. */
class StandingByTest {
    private static final One BACKUP = Instances.v3(51, 100, "1").with("garp_master_refresh 1");
    private static final String OTHER_MAC = "02:00:00:00:0a:01";

    /** proc(5): the scheduling policy is the 41st field of stat, of which the 3rd follows ")". */
    private static final int POLICY = 41 - 3;

    private static final String SCHED_RR = "2";

    private CaseLab lab;

    @BeforeEach
    void build() {
        lab = CaseLab.open();
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void aTakeoverIsRehearsedUnseenAndAnnouncedWithTheMacAddressOfToday() {
        Capture loopback = lab.net.a.capture("lo", "");
        String before = addresses();
        LabProcess director = lab.net.lb(lab.net.a, Instances.of(BACKUP).text());
        director.awaitOutput("INIT -> BACKUP", PATIENCE);
        assertThat(addresses()).isEqualTo(before);
        for (String thread : List.of("lb-vrrp", "lb-vrrp-vips")) {
            assertThat(policy(director, thread)).as(thread).isEqualTo(SCHED_RR);
        }

        director.awaitOutput("added to eth0", PATIENCE);
        assertThat(loopback.stop()).isEmpty();
        assertThat(director.output()).doesNotContain(" WARN ");

        lab.net.a.run(PATIENCE, "ip", "link", "set", "eth0", "address", OTHER_MAC).orThrow();
        await(
                "announcements come from the new MAC address",
                () -> !lab.announcements(MacAddress.parse(OTHER_MAC), BACKUP.vip(), 0).isEmpty());
    }

    /** It comes back with its number and MAC address, but the kernel has unbound its sockets. */
    @Test
    void anInterfaceThatWasAwayIsAnnouncedOnAgain() {
        LabProcess director = lab.net.lb(lab.net.a, Instances.of(BACKUP).text());
        director.awaitOutput("added to eth0", PATIENCE);
        await("announcements", () -> !lab.announcements(VrrpLab.MAC_A, BACKUP.vip(), 0).isEmpty());

        Host elsewhere = lab.net.lab.host("elsewhere");
        String number = number();
        move(lab.net.a, elsewhere);
        move(elsewhere, lab.net.a);
        assertThat(number()).isEqualTo(number);
        lab.net.a.run(PATIENCE, "ip", "link", "set", "eth0", "up").orThrow();
        lab.net.a.address("eth0", "10.9.0.1/24");

        long back = CaseLab.epochNanos();
        await(
                "announcements on the interface that is back",
                () -> !lab.announcements(VrrpLab.MAC_A, BACKUP.vip(), back).isEmpty());
    }

    private static void move(Host from, Host to) {
        from.run(PATIENCE, "ip", "link", "set", "eth0", "netns", to.namespace()).orThrow();
    }

    private String number() {
        return lab.net.a.run(PATIENCE, "cat", "/sys/class/net/eth0/ifindex").orThrow().output();
    }

    private String addresses() {
        return lab.net
                .a
                .run(PATIENCE, "ip", "-o", "address", "show", "scope", "global")
                .orThrow()
                .output()
                .replaceAll("tentative|\\\\.*", "");
    }

    private static String policy(LabProcess process, String thread) {
        Path tasks = Path.of("/proc", String.valueOf(process.pid()), "task");
        try (Stream<Path> all = Files.list(tasks)) {
            return all.filter(task -> read(task, "comm").strip().equals(thread))
                    .map(task -> read(task, "stat").replaceAll(".*\\) ", "").split(" ")[POLICY])
                    .findFirst()
                    .orElse("no such thread");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path task, String file) {
        try {
            return Files.readString(task.resolve(file));
        } catch (IOException e) {
            return "ended";
        }
    }
}
