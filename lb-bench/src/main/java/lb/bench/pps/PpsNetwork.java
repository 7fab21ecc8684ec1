package lb.bench.pps;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import lb.director.lab.Host;
import lb.director.lab.Lab;
import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * Generator, director and sink: in a row on two veth pairs, or one-armed on a switch. Owned by the
 * command's thread.
 *
 * <p>The sink's interface has another MAC address than the real servers that the director knows, so
 * its kernel counts each frame and drops it as not its own.
 */
final class PpsNetwork {
    static final int PORT = 80;

    /** The director's interface to the generator. */
    static final String IN = "eth0";

    /** The MAC address that the generator sends to. */
    static final String DIRECTOR_MAC = "02:00:00:00:00:01";

    private static final String DIRECTOR_OUT_MAC = "02:00:00:00:00:02";
    private static final String GENERATOR_MAC = "02:00:00:00:00:10";
    private static final String SINK_MAC = "02:00:00:00:00:20";
    private static final String SECOND_ARM = "eth1";
    private static final String SWITCH = "br0";
    private static final int REAL_SERVERS = 3;
    private static final String FAR = "eth0";
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration JVM_START = Duration.ofSeconds(30);

    /**
     * A real server as the director knows it.
     *
     * @param address IPv4 or IPv6, in text
     * @param mac in text
     */
    record RealServerAddress(String address, String mac) {}

    private final Lab lab;
    private final Cores cores;
    private final boolean oneArmed;
    private final boolean ipv6;
    private final Host generator;
    private final Host director;
    private final Host sink;
    private final @Nullable Host bridge;

    private PpsNetwork(Lab lab, Cores cores, PpsArguments arguments) {
        this.lab = lab;
        this.cores = cores;
        oneArmed = arguments.oneArmed();
        ipv6 = arguments.ipv6();
        generator = lab.host("generator");
        director = lab.host("director");
        sink = lab.host("sink");
        bridge = oneArmed ? lab.host("switch") : null;
    }

    /** Builds it in an empty lab. */
    static PpsNetwork build(Lab lab, Cores cores, PpsArguments arguments) {
        PpsNetwork network = new PpsNetwork(lab, cores, arguments);
        network.silenceIpv6();
        Host bridge = network.bridge;
        if (bridge == null) {
            network.linkInARow();
        } else {
            network.linkToSwitch(bridge);
        }
        network.giveAddresses();
        return network;
    }

    /**
     * The hosts' own neighbour discovery would be counted with the generator's frames; but with
     * IPv6 the director needs its own.
     */
    private void silenceIpv6() {
        for (Host host : hosts()) {
            if (!ipv6 || host != director) {
                host.sysctl("net.ipv6.conf.all.disable_ipv6", "1");
                host.sysctl("net.ipv6.conf.default.disable_ipv6", "1");
            }
        }
    }

    private List<Host> hosts() {
        return bridge == null
                ? List.of(generator, director, sink)
                : List.of(generator, director, sink, bridge);
    }

    private void linkInARow() {
        link(director, IN, DIRECTOR_MAC, generator, FAR, GENERATOR_MAC);
        link(director, SECOND_ARM, DIRECTOR_OUT_MAC, sink, FAR, SINK_MAC);
    }

    /** Nobody but the generator speaks, so the switch is told who is where. */
    private void linkToSwitch(Host on) {
        run(on, "ip", "link", "add", SWITCH, "type", "bridge", "stp_state", "0");
        run(on, "ip", "link", "set", SWITCH, "up");
        link(on, "generator", "02:00:00:00:00:a1", generator, FAR, GENERATOR_MAC);
        link(on, "director", "02:00:00:00:00:a2", director, IN, DIRECTOR_MAC);
        link(on, "sink", "02:00:00:00:00:a3", sink, FAR, SINK_MAC);
        for (String port : List.of("generator", "director", "sink")) {
            run(on, "ip", "link", "set", port, "master", SWITCH);
        }
        run(on, "bridge", "fdb", "replace", DIRECTOR_MAC, "dev", "director", "master", "static");
        for (RealServerAddress server : realServers()) {
            run(on, "bridge", "fdb", "replace", server.mac(), "dev", "sink", "master", "static");
        }
    }

    /** Makes the switch send to the sink at once what is for the director. */
    void bypassDirector() {
        Host on = bridge;
        if (on == null) {
            throw new IllegalStateException("there is no switch");
        }
        run(on, "bridge", "fdb", "replace", DIRECTOR_MAC, "dev", "sink", "master", "static");
    }

    private static void link(
            Host near, String name, String mac, Host far, String farName, String farMac) {
        List<String> add = new ArrayList<>(List.of("ip", "link", "add", name, "address", mac));
        add.addAll(List.of("type", "veth", "peer", "name", farName, "address", farMac));
        add.addAll(List.of("netns", far.namespace()));
        run(near, add.toArray(String[]::new));
        run(near, "ip", "link", "set", name, "up");
        run(far, "ip", "link", "set", farName, "up");
    }

    private void giveAddresses() {
        director.address(IN, ipv6 ? "fd00::1/64" : "10.0.0.1/16");
        director.address(out(), ipv6 ? "fd00:1::1/64" : "10.1.0.1/24");
        for (RealServerAddress server : realServers()) {
            inDirector(
                    "ip",
                    "neighbour",
                    "add",
                    server.address(),
                    "lladdr",
                    server.mac(),
                    "dev",
                    out(),
                    "nud",
                    "permanent");
        }
    }

    /** The virtual address. */
    String vip() {
        return ipv6 ? "fd00::100" : "10.0.205.100";
    }

    /** The director's interface to the sink. */
    String out() {
        return oneArmed ? IN : SECOND_ARM;
    }

    /** The MAC address of {@link #out}. */
    String outMac() {
        return oneArmed ? DIRECTOR_MAC : DIRECTOR_OUT_MAC;
    }

    /** The real servers, which are all where the sink is. */
    List<RealServerAddress> realServers() {
        return IntStream.rangeClosed(1, REAL_SERVERS)
                .mapToObj(i ->
                        new RealServerAddress(
                                (ipv6 ? "fd00:1::1" : "10.1.0.1") + i, "02:00:00:00:01:1" + i))
                .toList();
    }

    /** Runs a short command in the director's namespace; it is an error when it fails. */
    void inDirector(String... command) {
        run(director, command);
    }

    private static void run(Host host, String... command) {
        host.run(SHORT, command).orThrow();
    }

    /** Starts a forwarder's process in the director's namespace, on the forwarder's core. */
    LabProcess startForwarder(String name, List<String> command) {
        return director.start(name, Cores.pinned(cores.forwarder(), command));
    }

    /** Starts the generator; it sends by the time this returns. */
    LabProcess startGenerator(Pattern pattern, long flows, int seconds, int rate) {
        List<String> command =
                JavaProgram.command(
                        GeneratorProgram.class.getName(),
                        List.of("-XX:+UseSerialGC", "-Xmx64m"),
                        List.of(
                                FAR,
                                DIRECTOR_MAC,
                                vip(),
                                Integer.toString(PORT),
                                pattern.name(),
                                Long.toString(flows),
                                Integer.toString(seconds),
                                Integer.toString(rate)));
        return generator
                .start("the generator", Cores.pinned(cores.generator(), command))
                .awaitOutput("sending", JVM_START);
    }

    /** What has passed the generator's interface. */
    InterfaceCounters offered() {
        return InterfaceCounters.read(generator.namespace(), FAR);
    }

    /** What has passed the sink's interface. */
    InterfaceCounters forwarded() {
        return InterfaceCounters.read(sink.namespace(), FAR);
    }

    Lab lab() {
        return lab;
    }

    Cores cores() {
        return cores;
    }
}
