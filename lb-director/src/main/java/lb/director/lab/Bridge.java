package lb.director.lab;

import java.time.Duration;
import java.util.List;

/** A switch: one Linux bridge, alone in its namespace. Any thread. */
public final class Bridge {
    private static final Duration FORWARDING_TIMEOUT = Duration.ofSeconds(20);

    private final Lab lab;
    private final String namespace;
    private int ports;
    private boolean divided;

    Bridge(Lab lab, String namespace) {
        this.lab = lab;
        this.namespace = namespace;
    }

    /** The name of its namespace. */
    public String namespace() {
        return namespace;
    }

    void create() {
        // A switch has no addresses, and must not speak: no neighbour discovery from the bridge or
        // its ports.
        lab.configure(
                List.of(
                        "ip",
                        "netns",
                        "exec",
                        namespace,
                        "sh",
                        "-c",
                        "for f in all default; do echo 1 > /proc/sys/net/ipv6/conf/$f/disable_ipv6; done"));
        createBridge("br0");
    }

    private void createBridge(String name) {
        ip(
                "link",
                "add",
                name,
                "type",
                "bridge",
                "stp_state",
                "0",
                "forward_delay",
                "0",
                "mcast_snooping",
                "0");
        ip("link", "set", name, "up");
    }

    /**
     * Joins a new interface of {@code host} to this switch; both ends are up and forwarding
     * afterwards.
     *
     * @return the port's name
     */
    synchronized String join(String host, String interfaceName, String mac) {
        String port = "port" + ++ports;
        ip(
                "link",
                "add",
                port,
                "type",
                "veth",
                "peer",
                "name",
                interfaceName,
                "netns",
                host,
                "address",
                mac);
        ip("link", "set", port, "master", "br0", "up");
        lab.configure(List.of("ip", "-n", host, "link", "set", interfaceName, "up"));
        awaitForwarding(port);
        return port;
    }

    /** Pulls the cable out of a port: the host at its other end sees its link go down. */
    void unplug(String port) {
        ip("link", "set", port, "down");
    }

    /** Puts it back in; returns when the port forwards. */
    void plug(String port) {
        ip("link", "set", port, "up");
        awaitForwarding(port);
    }

    /**
     * Moves a port to a second switch that is not connected to this one: the hosts at each see no
     * link go down, but no longer hear those at the other.
     */
    void moveApart(String port) {
        synchronized (this) {
            if (!divided) {
                divided = true;
                createBridge("br1");
            }
        }
        ip("link", "set", port, "master", "br1");
        awaitForwarding(port);
    }

    /** Moves it back; returns when the port forwards. */
    void moveBack(String port) {
        ip("link", "set", port, "master", "br0");
        awaitForwarding(port);
    }

    /**
     * The kernel starts a port some time after its carrier is there; a frame sent before that would
     * be lost.
     */
    private void awaitForwarding(String port) {
        long deadlineNanos = System.nanoTime() + FORWARDING_TIMEOUT.toNanos();
        List<String> show = List.of("bridge", "-n", namespace, "link", "show", "dev", port);
        while (!lab.configure(show).output().contains("state forwarding")) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new LabException(port + " in " + namespace + " does not forward");
            }
        }
    }

    private void ip(String... arguments) {
        lab.configure(Host.command(List.of("ip", "-n", namespace), arguments));
    }
}
