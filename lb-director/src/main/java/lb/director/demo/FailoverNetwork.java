package lb.director.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lb.director.lab.Bridge;
import lb.director.lab.Capture;
import lb.director.lab.Host;
import lb.director.lab.Lab;
import lb.director.lab.LabException;
import lb.director.lab.LabProcess;

/**
 * The hosts of {@code lb demo failover}: a client, two directors that share a VIP by VRRP, and real
 * servers. The command's thread owns it.
 */
final class FailoverNetwork implements AutoCloseable {
    static final int VRID = 51;
    static final Machine BETTER =
            new Machine("director 1", "director1", "10.0.200.11", "02:00:00:00:01:01");
    static final Machine OTHER =
            new Machine("director 2", "director2", "10.0.200.12", "02:00:00:00:01:02");

    private static final int BETTER_PRIORITY = 150;
    private static final int OTHER_PRIORITY = 100;
    private static final Duration START = Duration.ofSeconds(40);

    /** VRRP, ARP, and every TCP segment with the reset flag. */
    private static final String FILTER = "ip proto 112 or arp or (tcp and tcp[13] & 4 != 0)";

    private final Lab lab;
    private final String interval;
    private final Host client;
    private final Host better;
    private final Host other;
    private final List<EchoServer> servers = new ArrayList<>();
    private LabProcess betterProcess;
    private final LabProcess otherProcess;
    private final Capture capture;

    private FailoverNetwork(Lab lab, double intervalSeconds) {
        this.lab = lab;
        interval = String.format(Locale.ROOT, "%.2f", intervalSeconds);
        Bridge bridge = lab.bridge("bridge");
        client = attach(bridge, Machine.CLIENT);
        better = attach(bridge, BETTER);
        other = attach(bridge, OTHER);
        for (Machine machine : Machine.REAL_SERVERS) {
            servers.add(EchoServer.start(attach(bridge, machine).holdVip(Machine.VIP)));
        }
        capture = client.captureShortFrames(Machine.INTERFACE, FILTER);
        betterProcess = startDirector(better, BETTER_PRIORITY);
        otherProcess = startDirector(other, OTHER_PRIORITY);
        betterProcess.awaitOutput("BACKUP -> MASTER", START);
        otherProcess.awaitOutput(" ready: ", START);
    }

    /** Builds it all; returns when the better director is Active and the other one ready. */
    static FailoverNetwork start(Lab lab, double intervalSeconds) {
        return new FailoverNetwork(lab, intervalSeconds);
    }

    private Host attach(Bridge bridge, Machine machine) {
        return lab.host(machine.host())
                .attach(
                        bridge,
                        Machine.INTERFACE,
                        machine.mac(),
                        machine.address() + "/" + Machine.PREFIX_LENGTH);
    }

    private LabProcess startDirector(Host host, int priority) {
        Path file = lab.directory().resolve(host.name() + ".conf");
        try {
            Files.writeString(file, configuration(priority));
        } catch (IOException e) {
            throw new LabException("cannot write " + file + ": " + e.getMessage(), e);
        }
        Path control = lab.directory().resolve(host.name() + ".sock");
        return host.start(
                host.name(),
                DirectorProgram.command(
                        "run", "-c", file.toString(), "--control", control.toString()));
    }

    private String configuration(int priority) {
        return """
        vrrp_instance SHOP {
            interface %s
            virtual_router_id %d
            version 3
            priority %d
            advert_int %s
            virtual_ipaddress {
                %s/%d
            }
        }

        """
                        .formatted(
                                Machine.INTERFACE,
                                VRID,
                                priority,
                                interval,
                                Machine.VIP,
                                Machine.PREFIX_LENGTH)
                + DemoConfiguration.text("mh");
    }

    Host client() {
        return client;
    }

    Capture capture() {
        return capture;
    }

    /** Ends the better director by SIGTERM, as systemd does. */
    void stopBetter() {
        betterProcess.signal("TERM");
    }

    /** Ends it as a crash would. */
    void killBetter() {
        betterProcess.kill();
    }

    /** Starts it again; returns at once. */
    void startBetter() {
        betterProcess.stop();
        betterProcess = startDirector(better, BETTER_PRIORITY);
    }

    void unplugBetter() {
        better.unplug(Machine.INTERFACE);
    }

    void plugBetter() {
        better.plug(Machine.INTERFACE);
    }

    /** What the directors have said that a reader should know, should something be broken. */
    String logs() {
        return betterProcess.output() + otherProcess.output();
    }

    @Override
    public void close() {
        servers.forEach(EchoServer::close);
    }
}
