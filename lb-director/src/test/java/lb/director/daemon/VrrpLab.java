package lb.director.daemon;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lb.director.lab.Bridge;
import lb.director.lab.Capture;
import lb.director.lab.CapturedFrame;
import lb.director.lab.CommandResult;
import lb.director.lab.Host;
import lb.director.lab.Keepalived;
import lb.director.lab.Lab;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.Assertions;

/** A bridge with the directors' machines a and b, a client c and a real server r. */
final class VrrpLab implements AutoCloseable {
    /** Far above what any election here takes, for machines with much else to do. */
    static final Duration PATIENCE = Duration.ofSeconds(40);

    static final String VIP = "10.9.0.100";
    static final long MAC_A = 0x02_00_00_00_00_01L;
    static final long MAC_B = 0x02_00_00_00_00_02L;

    private static final Duration ANSWER = Duration.ofSeconds(40);
    private static final int ARP = 0x0806;
    private static final int VIP_BITS = 0x0a090064;

    final Lab lab = Lab.open();
    final Host a;
    final Host b;
    final Host client;
    final Host server;

    VrrpLab() {
        Bridge bridge = lab.bridge("sw");
        a = attach(bridge, "a", 1);
        b = attach(bridge, "b", 2);
        client = attach(bridge, "c", 3);
        server = attach(bridge, "r", 4);
        server.holdVip(VIP);
    }

    static void assumeItCanRun(String... programs) {
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            return;
        }
        assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
        for (String program : programs) {
            boolean there =
                    List.of("/usr/sbin", "/usr/bin", "/sbin").stream()
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            assumeTrue(there, program + " is not installed");
        }
    }

    private Host attach(Bridge bridge, String name, int number) {
        return lab.host(name)
                .attach(
                        bridge,
                        "eth0",
                        "02:00:00:00:00:0" + number,
                        "10.9.0." + number + "/24",
                        "fd00:9::" + number + "/64");
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(lab.directory().resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path control(Host host) {
        return lab.directory().resolve(host.name() + ".sock");
    }

    /** Starts a director; returns at once. */
    LabProcess lb(Host host, String configuration) {
        Path file = write(host.name() + ".lb.conf", configuration);
        return host.start(
                "lb on " + host.name(),
                lb("run", "-c", file.toString(), "--control", control(host).toString()));
    }

    CommandResult ask(Host host, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--control", control(host).toString()));
        return host.run(ANSWER, lb(all.toArray(String[]::new))).orThrow();
    }

    /** A folder on the class path of every director here. */
    Path plugins() {
        return lab.directory().resolve("plugins");
    }

    /** What {@code lb cleanup} says. */
    String cleanup(Host host) {
        return host.run(ANSWER, lb("cleanup")).orThrow().output();
    }

    private String[] lb(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path")
                                        + java.io.File.pathSeparator
                                        + plugins(),
                                "lb.director.Main"));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    LabProcess keepalived(Host host, String configuration) {
        return Keepalived.start(host, lab.directory(), configuration);
    }

    /** Frames of a director that ended so. */
    long verdicts(Host host, String verdict) {
        String answer = ask(host, "stats", "--json").output();
        Matcher found =
                Pattern.compile("\"" + verdict + "\"\\s*,\\s*\"frames\"\\s*:\\s*(\\d+)")
                        .matcher(answer);
        if (!found.find()) {
            throw new AssertionError("no " + verdict + " in " + answer);
        }
        return Long.parseLong(found.group(1));
    }

    /** The priorities in the adverts of host a, in their order, as tshark reads them. */
    List<String> priorities(Path capture) {
        return client.run(
                        ANSWER,
                        "tshark",
                        "-r",
                        capture.toString(),
                        "-Y",
                        "vrrp && ip.src == 10.9.0.1",
                        "-T",
                        "fields",
                        "-e",
                        "vrrp.prio")
                .orThrow()
                .output()
                .lines()
                .toList();
    }

    boolean holds(Host host, String vip) {
        return host.run(ANSWER, "ip", "-o", "address", "show", "dev", "eth0")
                .orThrow()
                .output()
                .contains(" " + vip + "/");
    }

    /** The MAC addresses that answer when the client asks for the VIP. */
    Set<Long> whoAnswers() {
        client.run(ANSWER, "ip", "neigh", "flush", "dev", "eth0");
        Capture capture = client.capture("eth0", "arp");
        client.run(
                ANSWER,
                "bash",
                "-c",
                "for i in 1 2 3; do echo x > /dev/udp/" + VIP + "/9; sleep 0.3; done");
        return capture.stop().stream()
                .filter(VrrpLab::isReplyForVip)
                .map(CapturedFrame::source)
                .collect(Collectors.toSet());
    }

    private static boolean isReplyForVip(CapturedFrame frame) {
        return frame.type() == ARP && frame.u16(20) == 2 && frame.i32(28) == VIP_BITS;
    }

    /** One datagram to the VIP, sent to this MAC address whoever holds the VIP. */
    void sendTo(long mac) {
        String text =
                String.format(java.util.Locale.ROOT, "%012x", mac).replaceAll("(..)(?!$)", "$1:");
        client.run(
                        ANSWER,
                        "ip",
                        "neigh",
                        "replace",
                        VIP,
                        "lladdr",
                        text,
                        "dev",
                        "eth0",
                        "nud",
                        "permanent")
                .orThrow();
        client.run(ANSWER, "bash", "-c", "echo hello > /dev/udp/" + VIP + "/53").orThrow();
        client.run(ANSWER, "ip", "neigh", "del", VIP, "dev", "eth0").orThrow();
    }

    /** The checksum states that tshark finds in the adverts of a sender: 1 is good. */
    List<String> checksums(Path capture, String field, String source) {
        return client.run(
                        ANSWER,
                        "tshark",
                        "-r",
                        capture.toString(),
                        "-Y",
                        "vrrp && " + field + " == " + source,
                        "-T",
                        "fields",
                        "-e",
                        "vrrp.checksum.status")
                .orThrow()
                .output()
                .lines()
                .toList();
    }

    /** A capture of all VRRP that a host sees into a file of this lab. */
    LabProcess captureInto(Host host, Path file) {
        return host.start(
                        "tcpdump",
                        "tcpdump",
                        "-i",
                        "eth0",
                        "-U",
                        "-n",
                        "-Z",
                        "root",
                        "-w",
                        file.toString(),
                        "ip proto 112 or ip6 proto 112")
                .awaitOutput("listening on", ANSWER);
    }

    static void await(String what, BooleanSupplier condition) {
        await(what, PATIENCE, condition);
    }

    static void await(String what, Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                Assertions.fail("not within " + patience.toSeconds() + " s: " + what);
            }
            pause(100);
        }
    }

    /** Waits until a process has printed a text so many times. */
    static void awaitTimes(LabProcess process, String text, int times) {
        await(
                "'" + text + "' " + times + " times",
                () -> process.output().split(Pattern.quote(text), -1).length > times);
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        lab.close();
    }
}
