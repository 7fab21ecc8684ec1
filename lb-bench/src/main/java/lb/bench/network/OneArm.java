package lb.bench.network;

import java.time.Duration;
import java.util.List;
import lb.bench.pps.Cores;
import lb.bench.pps.JavaProgram;
import lb.bench.pps.LbProgram;
import lb.director.lab.Bridge;
import lb.director.lab.Host;
import lb.director.lab.Lab;
import lb.director.lab.LabException;
import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * Client, director and real server on one switch: one-armed direct routing. Owned by the command's
 * thread.
 *
 * <p>The client's neighbour entry for the VIP is fixed, so it alone decides which path is taken.
 * All offloads are on.
 */
public final class OneArm {
    /** Where all requests go. */
    public static final String VIP = "10.0.205.100";

    /** The VIP's service over TCP. */
    public static final int TCP_PORT = 80;

    /** The VIP's service over UDP. */
    public static final int UDP_PORT = 7;

    /** The client's addresses from 10.0.1.1 on; each has its own ports. */
    public static final int CLIENT_ADDRESSES = 32;

    private static final String LINK = "eth0";
    private static final String DIRECTOR_MAC = "02:00:00:00:00:01";
    private static final String SERVER_MAC = "02:00:00:00:01:11";
    private static final String SERVER = "10.0.0.11";
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration START = Duration.ofSeconds(60);

    /** Touched at the start: a fresh large page holds a program up for 10 ms on some machines. */
    private static final List<String> SMALL_JVM =
            List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");

    private final @Nullable Cores cores;
    private final Host client;
    private final Host director;
    private final Host server;
    private @Nullable LabProcess forwarder;

    private OneArm(Lab lab, @Nullable Cores cores) {
        this.cores = cores;
        Bridge bridge = lab.bridge("switch");
        client = lab.host("client").attach(bridge, LINK, "02:00:00:00:00:10", "10.0.0.10/16");
        director = lab.host("director").attach(bridge, LINK, DIRECTOR_MAC, "10.0.0.1/16");
        server = lab.host("server").attach(bridge, LINK, SERVER_MAC, SERVER + "/16").holdVip(VIP);
    }

    /**
     * Builds it in an empty lab, and makes requests take {@code path}.
     *
     * @param cores the client's processor, and that of all others; null for any
     * @throws LabException when something does not start; the message has what it said
     */
    static OneArm build(Lab lab, TrafficPath path, @Nullable Cores cores) {
        OneArm network = new OneArm(lab, cores);
        for (int i = 1; i <= CLIENT_ADDRESSES; i++) {
            network.client.address(LINK, "10.0.1." + i + "/16");
        }
        String mac = path == TrafficPath.DIRECT ? SERVER_MAC : DIRECTOR_MAC;
        run(network.client, "ip", "neighbour", "add", VIP, "lladdr", mac, "dev", LINK);
        String ring = path.ring();
        if (ring != null) {
            network.startLb(lab, ring, path.hasShortcut());
        } else if (path == TrafficPath.NFTABLES) {
            run(network.director, "nft", nftables());
        }
        return network;
    }

    private void startLb(Lab lab, String ring, boolean shortcut) {
        String text =
                """
                global_defs {
                    default_interface %s
                }
                lb {
                    ring %s
                    shortcut %s
                    workers 1
                }
                """
                        .formatted(LINK, ring, shortcut ? "on" : "off");
        List<String> command =
                LbProgram.command(
                        lab.directory(),
                        text + service("TCP", TCP_PORT) + service("UDP", UDP_PORT));
        forwarder = start(director, "lb", far(command)).awaitOutput("ready", START);
    }

    private static String service(String protocol, int port) {
        return """
        virtual_server %s %d {
            lvs_sched mh
            mh-port
            lvs_method DR
            protocol %s
            real_server %s %d {
                weight 1
            }
        }
        """
                .formatted(VIP, port, protocol, SERVER, port);
    }

    /** A hash over the flow, as a balancer needs it, though both of its values are one server. */
    private static String nftables() {
        return """
        table netdev dsr {
          chain in {
            type filter hook ingress device %s priority 0; policy accept;
            ip daddr %s meta l4proto { tcp, udp } ether saddr set %s \
              ether daddr set jhash ip saddr . th sport mod 2 map { 0 : %s, 1 : %s } fwd to %s
          }
        }
        """
                .formatted(LINK, VIP, DIRECTOR_MAC, SERVER_MAC, SERVER_MAC, LINK);
    }

    /** Starts one of our programs on the real server; it serves by the time this returns. */
    public LabProcess startServer(Class<?> program, String... words) {
        List<String> command = JavaProgram.command(program.getName(), SMALL_JVM, List.of(words));
        return start(server, "the server", far(command)).awaitOutput("serving", START);
    }

    /** Runs one of our programs on the client to its end; returns all that it printed. */
    public String runClient(Class<?> program, String... words) throws InterruptedException {
        List<String> command = JavaProgram.command(program.getName(), SMALL_JVM, List.of(words));
        LabProcess process = start(client, "the client", near(command));
        int exitCode = process.await();
        String output = process.output();
        if (exitCode != 0) {
            LabProcess through = forwarder;
            String said =
                    through == null ? "" : "\nthe director said:\n" + through.output().strip();
            throw new LabException("the client ended with " + exitCode + ":\n" + output + said);
        }
        return output;
    }

    /**
     * The number that follows {@code title} in what a program has printed.
     *
     * @throws LabException when there is none
     */
    public static double figure(String output, String title) {
        return output.lines()
                .filter(line -> line.startsWith(title))
                .mapToDouble(line -> Double.parseDouble(line.substring(title.length())))
                .findFirst()
                .orElseThrow(() ->
                        new LabException("no '" + title.strip() + "' in what it said:\n" + output));
    }

    private static LabProcess start(Host host, String name, String... command) {
        return host.start(name, command);
    }

    private String[] near(List<String> command) {
        return cores == null
                ? command.toArray(String[]::new)
                : Cores.pinned(cores.generator(), command);
    }

    private String[] far(List<String> command) {
        return cores == null
                ? command.toArray(String[]::new)
                : Cores.pinned(cores.forwarder(), command);
    }

    private static void run(Host host, String... command) {
        host.run(SHORT, command).orThrow();
    }
}
