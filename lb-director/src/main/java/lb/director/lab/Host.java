package lb.director.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A machine: one namespace with its interfaces, addresses and processes. Any thread.
 *
 * <p>Interfaces have all offloads on, as virtual machines do. IPv6 addresses can be used at once:
 * duplicate address detection is off.
 */
public final class Host {
    /** What a namespace would inherit from this machine, set to the kernel's own defaults. */
    private static final String DEFAULTS =
            """
            for f in all default; do
              cd /proc/sys/net/ipv4/conf/$f
              echo 0 > rp_filter; echo 0 > arp_ignore; echo 0 > arp_announce; echo 0 > arp_accept
              cd /proc/sys/net/ipv6/conf/$f 2>/dev/null || continue
              echo 0 > disable_ipv6; echo 0 > accept_dad; echo 0 > dad_transmits
              echo 0 > accept_ra; echo 0 > router_solicitations
            done
            """;

    private static final int SHORT_FRAME_BYTES = 2048;
    private static final int CAPTURE_KIBIBYTES = 16 << 10;

    private final Lab lab;
    private final String name;
    private final String namespace;
    private final Map<String, Cable> cables = new ConcurrentHashMap<>();

    /** From an interface to a port. */
    private record Cable(Bridge bridge, String port) {}

    Host(Lab lab, String name, String namespace) {
        this.lab = lab;
        this.name = name;
        this.namespace = namespace;
    }

    void create() {
        configureInside("sh", "-c", DEFAULTS);
        ip("link", "set", "lo", "up");
    }

    /** The name given to {@link Lab#host}. */
    public String name() {
        return name;
    }

    /** The name of its namespace, as {@code ip netns} shows it. */
    public String namespace() {
        return namespace;
    }

    /** The namespace's file, for setns(2). */
    public Path namespaceFile() {
        return Path.of("/run/netns", namespace);
    }

    /**
     * Plugs a new interface with this MAC address into a switch; addresses as 10.0.0.1/16 or
     * fd00::1/64.
     */
    public Host attach(Bridge bridge, String interfaceName, String mac, String... addresses) {
        cables.put(interfaceName, new Cable(bridge, bridge.join(namespace, interfaceName, mac)));
        for (String address : addresses) {
            address(interfaceName, address);
        }
        return this;
    }

    /** Pulls an interface's cable out of its switch: the link goes down, on both sides. */
    public void unplug(String interfaceName) {
        Cable cable = cable(interfaceName);
        cable.bridge().unplug(cable.port());
    }

    /** Puts it back in; returns when frames can pass. */
    public void plug(String interfaceName) {
        Cable cable = cable(interfaceName);
        cable.bridge().plug(cable.port());
    }

    /**
     * Partitions the network: with others that are moved apart it has a switch of its own, and
     * nobody's link goes down.
     */
    public void moveApart(String interfaceName) {
        Cable cable = cable(interfaceName);
        cable.bridge().moveApart(cable.port());
    }

    /** Heals the partition for this host; returns when frames can pass. */
    public void moveBack(String interfaceName) {
        Cable cable = cable(interfaceName);
        cable.bridge().moveBack(cable.port());
    }

    private Cable cable(String interfaceName) {
        Cable cable = cables.get(interfaceName);
        if (cable == null) {
            throw new LabException(interfaceName + " of " + name + " is attached to no switch");
        }
        return cable;
    }

    /** Adds an address with its prefix length. */
    public Host address(String interfaceName, String address) {
        ip("address", "add", address, "dev", interfaceName);
        return this;
    }

    /** Adds a route, in the words of {@code ip route add}: "10.1.0.0/16", "via", "10.0.0.1". */
    public Host route(String... words) {
        configure(command(List.of("ip", "-n", namespace, "route", "add"), words));
        return this;
    }

    /** Sets a kernel parameter of this namespace, such as net.ipv4.conf.all.arp_ignore. */
    public Host sysctl(String parameter, String value) {
        String file = "/proc/sys/" + parameter.replace('.', '/');
        configureInside("sh", "-c", "echo \"$1\" > \"$2\"", "sh", value, file);
        return this;
    }

    /**
     * Makes it a real server for {@code vip}: the address is on lo, for this host alone, and ARP
     * never tells of it.
     *
     * <p>arp_ignore 1 answers only for addresses of the interface that was asked; arp_announce 2
     * asks in the name of an address of the outgoing interface, so that no neighbour learns the VIP
     * from a request.
     */
    public Host holdVip(String vip) {
        for (String scope : List.of("all", "lo")) {
            sysctl("net.ipv4.conf." + scope + ".arp_ignore", "1");
            sysctl("net.ipv4.conf." + scope + ".arp_announce", "2");
        }
        return address("lo", vip + (vip.contains(":") ? "/128" : "/32"));
    }

    /**
     * Runs a command in this host to its end; over {@code timeout} it is killed, and that is an
     * error.
     */
    public CommandResult run(Duration timeout, String... command) {
        return lab.run(timeout, inside(command));
    }

    /** Starts a command that runs until it is stopped or the lab closes. */
    public LabProcess start(String processName, String... command) {
        Path log = lab.file(".log");
        return lab.start(processName, inside(command), log, log);
    }

    /**
     * Starts to capture what an interface sends and receives; {@code filter} in tcpdump's words,
     * may be empty.
     */
    public Capture capture(String interfaceName, String filter) {
        return capture(interfaceName, filter, 0);
    }

    /**
     * As {@link #capture}, for many frames at once: tcpdump's buffer has a slot as long as the
     * longest frame for each, so that with offloads on a burst of a few dozen overflows it.
     */
    public Capture captureShortFrames(String interfaceName, String filter) {
        return capture(interfaceName, filter, SHORT_FRAME_BYTES);
    }

    private Capture capture(String interfaceName, String filter, int bytes) {
        Path file = lab.file(".pcap");
        String[] command = {
            "tcpdump",
            "-i",
            interfaceName,
            "-n",
            "-s",
            Integer.toString(bytes),
            "-B",
            Integer.toString(CAPTURE_KIBIBYTES),
            "--immediate-mode",
            "-U",
            "--time-stamp-precision=nano",
            "-w",
            "-",
            filter
        };
        String title = "tcpdump on " + interfaceName + " of " + name;
        // tcpdump writes to its standard output because it gives up root before it would open a
        // file.
        return Capture.begin(lab.start(title, inside(command), file, lab.file(".log")), file);
    }

    private List<String> inside(String... command) {
        return command(List.of("ip", "netns", "exec", namespace), command);
    }

    private void ip(String... arguments) {
        configure(command(List.of("ip", "-n", namespace), arguments));
    }

    private void configureInside(String... command) {
        configure(inside(command));
    }

    private void configure(List<String> command) {
        lab.configure(command);
    }

    static List<String> command(List<String> start, String... rest) {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of(rest));
        return command;
    }
}
