package lb.director.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LabTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final int ECHO_REQUEST = 8;

    @BeforeAll
    static void needsRootAndItsTools() {
        if (!Boolean.parseBoolean(System.getenv("CI"))) {
            assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
            assumeTrue(DebianPackages.missing().isEmpty(), "missing: " + DebianPackages.missing());
        }
    }

    @Test
    void nothingIsLeftAfterClose() throws Exception {
        Lab lab = Lab.open();
        Bridge bridge = lab.bridge("lan");
        Host host = lab.host("a").attach(bridge, "eth0", "02:00:00:00:00:01", "10.9.0.1/24");
        LabProcess sleep = host.start("sleep", "sh", "-c", "sleep 1000 & echo started; wait");
        sleep.awaitOutput("started", TIMEOUT);
        List<String> inside = pids(host.namespace());
        assertThat(inside).hasSize(2).contains(Long.toString(sleep.pid()));

        lab.close();

        assertThat(sleep.alive()).isFalse();
        inside.forEach(LabTest::awaitGone);
        assertThat(namespaces()).doesNotContain(host.namespace(), bridge.namespace());
        assertThat(lab.directory()).doesNotExist();
        assertThatThrownBy(() -> lab.host("late"))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void whatAKilledRunLeftIsSweptByTheNext() throws Exception {
        LabRun run = LabRun.start();
        assertThat(namespaces()).contains(run.namespace());

        run.process().destroyForcibly().waitFor();
        assertThat(namespaces()).as("a crash removes nothing").contains(run.namespace());
        assertThat(runs(run.sleeper())).isTrue();
        Lab.open().close();

        assertThat(namespaces()).doesNotContain(run.namespace());
        assertThat(run.directory()).doesNotExist();
        awaitGone(run.sleeper());
    }

    @Test
    void aTerminatedRunTakesItsNetworkWithIt() throws Exception {
        LabRun run = LabRun.start();

        run.process().destroy();
        run.process().waitFor();

        assertThat(namespaces()).doesNotContain(run.namespace());
        assertThat(run.directory()).doesNotExist();
        awaitGone(run.sleeper());
    }

    @Test
    void aLabInUseIsNotSwept() throws IOException {
        try (Lab lab = Lab.open()) {
            Host host = lab.host("a");
            Lab.open().close();
            assertThat(namespaces()).contains(host.namespace());
        }
    }

    @Test
    void aCaptureSeesThePingAndItsMacAddresses() {
        try (Lab lab = Lab.open()) {
            Bridge bridge = lab.bridge("lan");
            Host a = lab.host("a").attach(bridge, "eth0", "02:00:00:00:00:01", "10.9.0.1/24");
            Host b = lab.host("b").attach(bridge, "eth0", "02:00:00:00:00:02", "10.9.0.2/24");
            Capture capture = b.capture("eth0", "icmp");

            connect(a, "10.9.0.2");

            List<CapturedFrame> frames = capture.await(LabTest::isEchoRequest, TIMEOUT);
            CapturedFrame ping =
                    frames.stream().filter(LabTest::isEchoRequest).findFirst().orElseThrow();
            assertThat(ping.source()).isEqualTo(0x0200_0000_0001L);
            assertThat(ping.destination()).isEqualTo(0x0200_0000_0002L);
            assertThat(capture.stop())
                    .hasSizeGreaterThanOrEqualTo(2)
                    .isSortedAccordingTo((x, y) -> Long.compare(x.epochNanos(), y.epochNanos()));
        }
    }

    @Test
    void aHostWithTwoArmsReachesBothBridgesWhichDoNotReachEachOther() {
        try (Lab lab = Lab.open()) {
            Bridge left = lab.bridge("left");
            Bridge right = lab.bridge("right");
            Host a =
                    lab.host("a")
                            .attach(
                                    left,
                                    "eth0",
                                    "02:00:00:00:00:01",
                                    "10.8.0.1/24",
                                    "fd00:8::1/64");
            Host b =
                    lab.host("b")
                            .attach(
                                    right,
                                    "eth0",
                                    "02:00:00:00:00:02",
                                    "10.9.0.1/24",
                                    "fd00:9::1/64");
            Host director =
                    lab.host("director")
                            .attach(
                                    left,
                                    "eth0",
                                    "02:00:00:00:00:03",
                                    "10.8.0.3/24",
                                    "fd00:8::3/64")
                            .attach(
                                    right,
                                    "eth1",
                                    "02:00:00:00:00:04",
                                    "10.9.0.3/24",
                                    "fd00:9::3/64");

            for (String peer : List.of("10.8.0.1", "10.9.0.1", "fd00:8::1", "fd00:9::1")) {
                connect(director, peer);
            }
            a.route("10.9.0.0/24", "via", "10.8.0.3");
            b.route("10.8.0.0/24", "via", "10.9.0.3");
            assertThat(ping(a, "10.9.0.1").exitCode())
                    .as("the director forwards nothing by itself")
                    .isNotZero();
            director.sysctl("net.ipv4.ip_forward", "1");
            connect(a, "10.9.0.1");
        }
    }

    @Test
    void aRealServerKeepsItsVipToItself() {
        try (Lab lab = Lab.open()) {
            Bridge bridge = lab.bridge("lan");
            Host client =
                    lab.host("client").attach(bridge, "eth0", "02:00:00:00:00:01", "10.9.0.1/24");
            Host real = lab.host("real").attach(bridge, "eth0", "02:00:00:00:00:02", "10.9.0.2/24");
            connect(client, "10.9.0.2");
            real.address("lo", "10.9.0.8/32");
            connect(client, "10.9.0.8");

            real.holdVip("10.9.0.9");
            client.run(TIMEOUT, "ip", "neigh", "flush", "all").orThrow();

            assertThat(ping(client, "10.9.0.9").exitCode()).isNotZero();
            connect(client, "10.9.0.2");
        }
    }

    @Test
    void aCommandThatFailsOrHangsSaysWhich() {
        try (Lab lab = Lab.open()) {
            Host host = lab.host("a");
            assertThatThrownBy(() -> host.address("eth7", "10.0.0.1/8"))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("eth7");
            assertThatThrownBy(() -> host.run(Duration.ofMillis(200), "sleep", "1000"))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("sleep 1000");
            assertThatThrownBy(
                            () -> host.start("the echo", "echo", "no").awaitOutput("yes", TIMEOUT))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("the echo ended with 0")
                    .hasMessageContaining("no");
        }
    }

    private static void connect(Host from, String address) {
        ping(from, address).orThrow();
    }

    /**
     * A ping by the JDK, which for root sends a real ICMP echo request: Debian's ping need not be
     * there.
     */
    private static CommandResult ping(Host from, String address) {
        return from.run(TIMEOUT, LabRun.java(Ping.class, address).toArray(String[]::new));
    }

    private static boolean isEchoRequest(CapturedFrame frame) {
        return frame.type() == 0x0800 && frame.u8(23) == 1 && frame.u8(34) == ECHO_REQUEST;
    }

    private static List<String> namespaces() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/run/netns"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static List<String> pids(String namespace) {
        return Commands.run(Path.of("/tmp"), List.of("ip", "netns", "pids", namespace))
                .output()
                .lines()
                .toList();
    }

    private static boolean runs(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).isPresent();
    }

    /** Whoever was killed is a zombie until process 1 has noticed. */
    private static void awaitGone(String pid) {
        ProcessHandle.of(Long.parseLong(pid))
                .ifPresent(process -> process.onExit().orTimeout(40, TimeUnit.SECONDS).join());
    }
}
