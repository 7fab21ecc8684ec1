package lb.director.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lb.director.lab.CommandResult;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;

/**
 * FRR's zebra and vrrpd in a host, with a macvlan for each virtual router that has its virtual MAC
 * address. One thread.
 */
final class Frr {
    private static final Duration SHORT = Duration.ofSeconds(40);

    private final Host host;
    private final Path folder;
    private final List<LabProcess> programs = new ArrayList<>();

    private Frr(Host host, Path folder) {
        this.host = host;
        this.folder = folder;
    }

    /** What vrrpd is to be told; an instance without IPv4 VIPs gets IPv6 ones only. */
    static Frr start(VrrpLab net, Host host, List<Instances.One> instances) {
        Frr frr = new Frr(host, net.lab.directory().resolve("frr-" + host.name()));
        frr.makeFolder(net.lab.directory());
        instances.forEach(frr::makeInterface);
        frr.write("zebra.conf", "hostname frr\n");
        frr.write("vrrpd.conf", configuration(instances));
        frr.shell("chown -R frr:frr " + frr.folder);
        frr.run("zebra");
        VrrpLab.await("zebra listens", () -> Files.exists(frr.folder.resolve("zserv.api")));
        frr.run("vrrpd");
        return frr;
    }

    /** vrrpd runs as frr, which must be able to come by. */
    private void makeFolder(Path parent) {
        try {
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx--x--x"));
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void shell(String command) {
        host.run(SHORT, "sh", "-ec", command).orThrow();
    }

    private void makeInterface(Instances.One one) {
        boolean ipv4 = !one.vip().contains(":");
        String name = "vrrp" + (ipv4 ? 4 : 6) + "-" + one.vrid();
        StringBuilder commands = new StringBuilder();
        commands.append("ip link add %s link eth0 type macvlan mode bridge\n".formatted(name));
        commands.append("ip link set %s addrgenmode none\n".formatted(name));
        commands.append(
                String.format(
                        Locale.ROOT,
                        "ip link set %s address 00:00:5e:00:0%d:%02x%n",
                        name,
                        ipv4 ? 1 : 2,
                        one.vrid()));
        if (!ipv4) {
            commands.append(
                    "ip address add fe80::1234:5678:9abc:%d/64 dev %s nodad%n"
                            .formatted(one.vrid(), name));
        }
        for (String vip : one.vips()) {
            commands.append(
                    "ip address add %s dev %s%s%n".formatted(vip, name, ipv4 ? "" : " nodad"));
        }
        commands.append("ip link set " + name + " up");
        shell(commands.toString());
    }

    private static String configuration(List<Instances.One> instances) {
        StringBuilder text = new StringBuilder("hostname frr\nlog stdout\ndebug vrrp\n");
        text.append("interface eth0\n");
        for (Instances.One one : instances) {
            String start = " vrrp " + one.vrid();
            text.append(start + " version " + (one.words().contains("version 2") ? 2 : 3) + "\n");
            text.append(start + " priority " + one.priority() + "\n");
            text.append(
                    start
                            + " advertisement-interval "
                            + Math.round(Double.parseDouble(one.interval()) * 1000)
                            + "\n");
            for (String vip : one.vips()) {
                String address = vip.replaceAll("/.*", "");
                text.append(start + (address.contains(":") ? " ipv6 " : " ip ") + address + "\n");
            }
        }
        return text.toString();
    }

    private void run(String program) {
        programs.add(
                host.start(
                        program,
                        "/usr/lib/frr/" + program,
                        "-f",
                        folder.resolve(program + ".conf").toString(),
                        "-i",
                        folder.resolve(program + ".pid").toString(),
                        "-z",
                        folder.resolve("zserv.api").toString(),
                        "--vty_socket",
                        folder.toString(),
                        "-A",
                        "127.0.0.1",
                        "-P",
                        "0"));
    }

    /** Whether {@code show vrrp VRID} says so of a family, such as "Backup". */
    boolean isIn(Instances.One one, String state) {
        String family = one.vip().contains(":") ? "(v6)" : "(v4)";
        return show(one)
                .lines()
                .anyMatch(line -> line.contains("Status " + family) && line.contains(state));
    }

    String show(Instances.One one) {
        CommandResult result =
                host.run(
                        SHORT,
                        "vtysh",
                        "--vty_socket",
                        folder.toString(),
                        "-c",
                        "show vrrp " + one.vrid());
        return result.output();
    }

    /** What vrrpd has logged. */
    String log() {
        return programs.getLast().output();
    }

    /** Starts vrrpd again. */
    void startAgain() {
        run("vrrpd");
    }

    /** Ends vrrpd by SIGTERM: it sends priority 0. */
    void stop() {
        programs.getLast().stop();
    }
}
