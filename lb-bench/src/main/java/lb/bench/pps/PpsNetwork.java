package lb.bench.pps;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lb.director.lab.Host;
import lb.director.lab.Lab;
import lb.director.lab.LabProcess;

/**
 * Generator, director and sink in a row, on two veth pairs. Owned by the command's thread.
 *
 * <p>The sink's interface has another MAC address than the real servers that the director knows, so
 * its kernel counts each frame and drops it as not its own.
 */
final class PpsNetwork {
    static final String VIP = "10.0.205.100";
    static final int PORT = 80;

    /** The director's interface to the generator. */
    static final String IN = "eth0";

    /** The director's interface to the sink. */
    static final String OUT = "eth1";

    /** The MAC address that the generator sends to, and that of {@link #OUT}. */
    static final String DIRECTOR_MAC = "02:00:00:00:00:01";

    static final String DIRECTOR_OUT_MAC = "02:00:00:00:00:02";
    static final List<RealServerAddress> REAL_SERVERS =
            List.of(
                    new RealServerAddress("10.1.0.11", "02:00:00:00:01:11"),
                    new RealServerAddress("10.1.0.12", "02:00:00:00:01:12"),
                    new RealServerAddress("10.1.0.13", "02:00:00:00:01:13"));

    private static final String FAR = "eth0";
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration JVM_START = Duration.ofSeconds(30);

    /**
     * A real server as the director knows it.
     *
     * @param address IPv4, in text
     * @param mac in text
     */
    record RealServerAddress(String address, String mac) {}

    private final Lab lab;
    private final Cores cores;
    private final Host generator;
    private final Host director;
    private final Host sink;

    private PpsNetwork(Lab lab, Cores cores) {
        this.lab = lab;
        this.cores = cores;
        generator = lab.host("generator");
        director = lab.host("director");
        sink = lab.host("sink");
    }

    /** Builds it in an empty lab. */
    static PpsNetwork build(Lab lab, Cores cores) {
        PpsNetwork network = new PpsNetwork(lab, cores);
        network.silenceIpv6();
        network.link(IN, DIRECTOR_MAC, network.generator, "02:00:00:00:00:10");
        network.link(OUT, DIRECTOR_OUT_MAC, network.sink, "02:00:00:00:00:20");
        network.director.address(IN, "10.0.0.1/16").address(OUT, "10.1.0.1/24");
        for (RealServerAddress server : REAL_SERVERS) {
            network.inDirector(
                    "ip",
                    "neighbour",
                    "add",
                    server.address(),
                    "lladdr",
                    server.mac(),
                    "dev",
                    OUT,
                    "nud",
                    "permanent");
        }
        return network;
    }

    /** The hosts' own neighbour discovery would be counted with the generator's frames. */
    private void silenceIpv6() {
        for (Host host : List.of(generator, director, sink)) {
            host.sysctl("net.ipv6.conf.all.disable_ipv6", "1");
            host.sysctl("net.ipv6.conf.default.disable_ipv6", "1");
        }
    }

    private void link(String near, String nearMac, Host far, String farMac) {
        List<String> add = new ArrayList<>(List.of("ip", "link", "add", near, "address", nearMac));
        add.addAll(List.of("type", "veth", "peer", "name", FAR, "address", farMac));
        add.addAll(List.of("netns", far.namespace()));
        inDirector(add.toArray(String[]::new));
        inDirector("ip", "link", "set", near, "up");
        far.run(SHORT, "ip", "link", "set", FAR, "up").orThrow();
    }

    /** Runs a short command in the director's namespace; it is an error when it fails. */
    void inDirector(String... command) {
        director.run(SHORT, command).orThrow();
    }

    /** Starts a forwarder's process in the director's namespace, on the forwarder's core. */
    LabProcess startForwarder(String name, List<String> command) {
        return director.start(name, Cores.pinned(cores.forwarder(), command));
    }

    /** Starts the generator; it sends by the time this returns. */
    LabProcess startGenerator(Pattern pattern, long flows, int seconds) {
        List<String> command =
                JavaProgram.command(
                        GeneratorProgram.class.getName(),
                        List.of("-XX:+UseSerialGC", "-Xmx64m"),
                        List.of(
                                FAR,
                                DIRECTOR_MAC,
                                VIP,
                                Integer.toString(PORT),
                                pattern.name(),
                                Long.toString(flows),
                                Integer.toString(seconds)));
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
