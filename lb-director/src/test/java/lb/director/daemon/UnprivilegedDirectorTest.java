package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import lb.director.lab.Bridge;
import lb.director.lab.DebianPackages;
import lb.director.lab.Host;
import lb.director.lab.Lab;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A director as the user nobody, with the capabilities of systemd/lb.service and no others. */
class UnprivilegedDirectorTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final String VIP = "10.0.205.100";
    private static final String PAGE = "served without root's help";

    /** Bits 12, 13 and 39 of man 7 capabilities. */
    private static final String THREE_CAPABILITIES = "0000008000003000";

    @TempDir private static Path folder;
    private static UnprivilegedJava java;
    private static Path configuration;
    private static Lab lab;
    private static Host client;
    private static Host director;

    @BeforeAll
    static void aNetworkWithOneRealServer() throws IOException {
        if (!Boolean.parseBoolean(System.getenv("CI"))) {
            assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
            assumeTrue(DebianPackages.missing().isEmpty(), "missing: " + DebianPackages.missing());
        }
        java = UnprivilegedJava.in(folder);
        configuration =
                Files.copy(
                        Path.of("..", "config", "direct-routing.conf"), folder.resolve("lb.conf"));
        Files.setPosixFilePermissions(configuration, PosixFilePermissions.fromString("rw-r--r--"));
        lab = Lab.open();
        Bridge bridge = lab.bridge("lan");
        client = lab.host("client").attach(bridge, "eth0", "02:00:00:00:00:16", "10.0.200.22/16");
        director =
                lab.host("director").attach(bridge, "eth0", "02:00:00:00:00:01", "10.0.205.1/16");
        Host server =
                lab.host("server")
                        .attach(
                                bridge,
                                "eth0",
                                "02:00:00:00:00:02",
                                "10.0.205.2/16",
                                "10.0.205.3/16")
                        .holdVip(VIP);
        Path pages = Files.createDirectory(folder.resolve("pages"));
        Files.writeString(pages.resolve("index.html"), PAGE);
        String web = Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString();
        server.start(
                        "web",
                        web,
                        "-b",
                        "0.0.0.0",
                        "-p",
                        "80",
                        "-d",
                        pages.toAbsolutePath().toString())
                .awaitOutput("URL http", TIMEOUT);
    }

    @AfterAll
    static void removeTheNetwork() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void itStartsForwardsAndStopsWithThreeCapabilities() throws Exception {
        LabProcess process = start("+net_admin,+net_raw,+bpf").awaitOutput("ready", TIMEOUT);
        String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
        assertThat(status)
                .contains("CapEff:\t" + THREE_CAPABILITIES)
                .containsPattern("Uid:\t65534\t65534");

        assertThat(client.run(TIMEOUT, "curl", "-sS", "-m", "10", "http://" + VIP + "/").output())
                .isEqualTo(PAGE);
        assertThat(filters()).contains("bpf");

        assertThat(process.stop()).as(process.output()).isZero();
        assertThat(process.output()).doesNotContain("ERROR", "not complete");
        assertThat(filters()).isEmpty();
        assertThat(director.run(TIMEOUT, "ip", "address", "show", "dev", "eth0").output())
                .contains("10.0.205.1/16")
                .doesNotContain(VIP);
    }

    @Test
    void itSaysWhichCapabilityIsMissing() throws Exception {
        assertRefused("+net_admin,+net_raw", "CAP_BPF");
        assertRefused("+net_admin,+bpf", "CAP_NET_RAW");
        assertRefused("+net_raw,+bpf", "CAP_NET_ADMIN");
    }

    @Test
    void itsCapabilitiesDoNotComeIntoItsScripts() throws Exception {
        Path run = Files.createTempDirectory(folder, "run");
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path file =
                Files.writeString(
                        run.resolve("vrrp.conf"),
                        """
                        global_defs {
                            script_user root
                        }
                        vrrp_instance A {
                            interface eth0
                            virtual_router_id 51
                            virtual_ipaddress { 10.0.205.200 }
                            notify_stop "/bin/cp /proc/self/status FOLDER/status"
                        }
                        """
                                .replace("FOLDER", run.toString()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        LabProcess process =
                director.start(
                                "the director",
                                java.lb(
                                        "+net_admin,+net_raw,+bpf",
                                        "run",
                                        "-c",
                                        file.toString(),
                                        "--control",
                                        run.resolve("control.sock").toString()))
                        .awaitOutput("INIT -> BACKUP", TIMEOUT);
        assertThat(process.stop()).as(process.output()).isZero();
        assertThat(Files.readString(run.resolve("status")))
                .containsPattern("Uid:\t65534\t65534")
                .contains("CapInh:\t0000000000000000")
                .contains("CapPrm:\t0000000000000000")
                .contains("CapEff:\t0000000000000000")
                .contains("CapAmb:\t0000000000000000");
    }

    @Test
    void replayNeedsNoCapabilityAtAll() throws Exception {
        Path golden = Path.of("src", "test", "resources", "replay", "tcp-rr");
        Path run = Files.createTempDirectory(folder, "replay");
        for (String name : new String[] {"config.conf", "in.pcap"}) {
            Files.copy(golden.resolve(name), run.resolve(name));
        }
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path out = run.resolve("out.pcap");

        LabProcess replay =
                director.start(
                        "the replay",
                        java.lb(
                                "",
                                "replay",
                                "-c",
                                run.resolve("config.conf").toString(),
                                "--in",
                                run.resolve("in.pcap").toString(),
                                "--out",
                                out.toString(),
                                "--neighbour",
                                "10.0.205.2=08:00:27:3b:62:f5",
                                "--neighbour",
                                "10.0.205.3=08:00:27:83:46:ad"));

        assertThat(replay.await()).as(replay.output()).isZero();
        assertThat(out).hasSameBinaryContentAs(golden.resolve("out.pcap"));
        assertThat(Files.getOwner(out).getName()).isEqualTo("nobody");
    }

    private static void assertRefused(String capabilities, String missing) throws Exception {
        LabProcess process = start(capabilities);
        assertThat(process.await()).as(process.output()).isEqualTo(1);
        assertThat(process.output())
                .startsWith("lb: this process lacks " + missing + " (")
                .hasLineCount(1);
    }

    private static LabProcess start(String capabilities) throws IOException {
        Path run = Files.createTempDirectory(folder, "run");
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxrwxrwx"));
        String control = run.resolve("control.sock").toString();
        return director.start(
                "the director",
                java.lb(capabilities, "run", "-c", configuration.toString(), "--control", control));
    }

    private static String filters() {
        return director.run(TIMEOUT, "tc", "filter", "show", "dev", "eth0", "ingress").output();
    }
}
