package lb.director.daemon;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import lb.director.lab.Bridge;
import lb.director.lab.DebianPackages;
import lb.director.lab.Host;
import lb.director.lab.Lab;

/**
 * A client, a director's host and two real servers on one bridge; the real servers hold the VIPs
 * and take uploads. One thread.
 */
final class DirectorNetwork implements AutoCloseable {
    static final int PORT = 80;
    static final String VIP = "10.0.205.100";
    static final String VIP_2 = "10.0.205.101";
    static final String VIP_V6 = "fd00::100";
    static final long CLIENT_MAC = 0x8c89a5964cb2L;
    static final long DIRECTOR_MAC = 0x8c89a59651cfL;
    static final long REAL_1_MAC = 0x0800273b62f5L;
    static final long REAL_2_MAC = 0x0800273b62f6L;
    static final String REAL_1 = "10.0.205.2";
    static final String REAL_2 = "10.0.205.3";

    private static final Duration SHORT = Duration.ofSeconds(40);

    private final Lab lab;
    private final Bridge bridge;
    private final Host client;
    private final Host director;
    private final List<Host> realServers;
    private final List<UploadServer> servers;

    private DirectorNetwork(Lab lab) throws Exception {
        this.lab = lab;
        bridge = lab.bridge("bridge");
        client =
                lab.host("client")
                        .attach(
                                bridge,
                                "eth0",
                                "8c:89:a5:96:4c:b2",
                                "10.0.200.22/16",
                                "fd00::22/64");
        // The long form makes more connections in a minute than the client has ports.
        shell(client, "sysctl -q net.ipv4.tcp_tw_reuse=1");
        director =
                lab.host("director")
                        .attach(
                                bridge,
                                "eth0",
                                "8c:89:a5:96:51:cf",
                                "10.0.200.21/16",
                                "fd00::21/64");
        realServers =
                List.of(
                        realServer("real1", "08:00:27:3b:62:f5", REAL_1 + "/16", "fd00::2/64"),
                        realServer("real2", "08:00:27:3b:62:f6", REAL_2 + "/16", "fd00::3/64"));
        servers =
                List.of(
                        UploadServer.start(realServers.get(0), 1, PORT),
                        UploadServer.start(realServers.get(1), 2, PORT));
    }

    private Host realServer(String name, String mac, String... addresses) {
        return lab.host(name)
                .attach(bridge, "eth0", mac, addresses)
                .holdVip(VIP)
                .holdVip(VIP_2)
                .holdVip(VIP_V6);
    }

    /** Skips the test where namespaces cannot be made; under CI it fails there instead. */
    static void requireRoot() {
        if (!Boolean.parseBoolean(System.getenv("CI"))) {
            assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
            assumeTrue(DebianPackages.missing().isEmpty(), "missing: " + DebianPackages.missing());
        }
    }

    static DirectorNetwork open() throws Exception {
        requireRoot();
        Lab lab = Lab.open();
        try {
            return new DirectorNetwork(lab);
        } catch (Exception e) {
            lab.close();
            throw e;
        }
    }

    /** How often a test that looks for rare events repeats them. */
    static int repetitions() {
        return Boolean.getBoolean("lb.long") ? 10 : 1;
    }

    /** A configuration with one TCP service on {@link #VIP}. */
    static String configuration(String scheduler, String... realServers) {
        return "global_defs {\n    default_interface eth0\n}\n"
                + service(VIP, PORT, scheduler, "TCP", realServers);
    }

    /** The configuration of both real servers. */
    static String configuration(String scheduler) {
        return configuration(scheduler, REAL_1, REAL_2);
    }

    /** A virtual service; a real server is an address, or an address and a weight. */
    static String service(
            String vip, int port, String scheduler, String protocol, String... realServers) {
        StringBuilder text = new StringBuilder("virtual_server " + vip + " " + port + " {\n");
        text.append("    lvs_sched " + scheduler + "\n");
        if (scheduler.equals("mh")) {
            text.append("    mh-port\n");
        }
        text.append("    lvs_method DR\n    protocol " + protocol + "\n");
        for (String realServer : realServers) {
            String[] parts = realServer.split(" ");
            String weight = parts.length > 1 ? parts[1] : "1";
            text.append(
                    "    real_server %s %d {\n        weight %s\n    }\n"
                            .formatted(parts[0], port, weight));
        }
        return text.append("}\n").toString();
    }

    /** Starts a director; returns when it forwards. */
    RunningDirector start(String configuration, String... options) throws IOException {
        return RunningDirector.start(director, lab.directory(), configuration, options);
    }

    /** Uploads through the first VIP on a connection of its own; the real server's number. */
    int upload(int bytes) throws Exception {
        return Upload.once(client, VIP, PORT, bytes);
    }

    /** Which uploads the real servers have answered so far, the first one's first. */
    List<Long> uploads() {
        return servers.stream().map(UploadServer::uploads).toList();
    }

    /** What a shell command prints in a host, standard error included. */
    static String shell(Host host, String command) {
        return host.run(SHORT, "sh", "-c", command + " 2>&1").output();
    }

    /** All that a director may change in its host. */
    String kernelState() {
        return kernelState(director);
    }

    static String kernelState(Host host) {
        return shell(
                host,
                "ip -br address; tc qdisc show; for i in $(ls /sys/class/net); do"
                        + " tc filter show dev $i ingress; done;"
                        + " ip neighbour show nud all | sed -n 's/ managed.*/ managed/p'");
    }

    Host client() {
        return client;
    }

    Host director() {
        return director;
    }

    Host realServer(int number) {
        return realServers.get(number - 1);
    }

    List<Host> hosts() {
        return List.of(client, director, realServers.get(0), realServers.get(1));
    }

    Path directory() {
        return lab.directory();
    }

    @Override
    public void close() throws IOException {
        for (UploadServer server : servers) {
            server.close();
        }
        lab.close();
    }
}
