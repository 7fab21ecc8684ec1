package lb.director.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lb.director.lab.Bridge;
import lb.director.lab.Capture;
import lb.director.lab.CommandResult;
import lb.director.lab.Host;
import lb.director.lab.Lab;
import lb.director.lab.LabException;
import lb.director.lab.LabProcess;

/** The demo's hosts with their servers and the director's process. The command's thread owns it. */
final class DemoNetwork {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final String CAPTURE_FILTER = "arp or tcp port " + Machine.PORT;

    private final Path configuration;
    private final Path control;
    private final Host client;
    private final Host director;
    private final List<Host> realServers;
    private final LabProcess directorProcess;

    private DemoNetwork(
            Path directory,
            Host client,
            Host director,
            List<Host> realServers,
            LabProcess directorProcess) {
        this.configuration = configurationFile(directory);
        this.control = controlSocket(directory);
        this.client = client;
        this.director = director;
        this.realServers = realServers;
        this.directorProcess = directorProcess;
    }

    /** Builds it all; returns when every server serves and the director forwards. */
    static DemoNetwork start(Lab lab, String scheduler) {
        Path directory = lab.directory();
        write(configurationFile(directory), DemoConfiguration.text(scheduler));
        Bridge bridge = lab.bridge("bridge");
        Host client = attach(lab, bridge, Machine.CLIENT);
        Host director = attach(lab, bridge, Machine.DIRECTOR);
        List<Host> realServers = new ArrayList<>();
        List<LabProcess> servers = new ArrayList<>();
        for (Machine machine : Machine.REAL_SERVERS) {
            Host host = attach(lab, bridge, machine).holdVip(Machine.VIP);
            realServers.add(host);
            servers.add(serve(host, machine, directory.resolve(machine.host())));
        }
        servers.forEach(server -> server.awaitOutput("URL http", START));
        LabProcess process =
                director.start(
                        "the director",
                        DirectorProgram.command(
                                "run",
                                "-c",
                                configurationFile(directory).toString(),
                                "--control",
                                controlSocket(directory).toString()));
        process.awaitOutput("ready", START);
        return new DemoNetwork(directory, client, director, List.copyOf(realServers), process);
    }

    private static Host attach(Lab lab, Bridge bridge, Machine machine) {
        String address = machine.address() + "/" + Machine.PREFIX_LENGTH;
        return lab.host(machine.host()).attach(bridge, Machine.INTERFACE, machine.mac(), address);
    }

    /** The JDK's own file server, with a page that names the real server. */
    private static LabProcess serve(Host host, Machine machine, Path folder) {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
        if (!Files.isExecutable(program)) {
            throw new LabException(
                    "the demo's web servers need "
                            + program
                            + ", which a full JDK has: install one");
        }
        write(folder.resolve("index.html"), Requests.page(machine));
        return host.start(
                "the web server of " + machine.name(),
                program.toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-J-Xmx64m",
                "-b",
                "0.0.0.0",
                "-p",
                Integer.toString(Machine.PORT),
                "-d",
                folder.toString());
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new LabException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path configurationFile(Path directory) {
        return directory.resolve("lb.conf");
    }

    private static Path controlSocket(Path directory) {
        return directory.resolve("control.sock");
    }

    Path configuration() {
        return configuration;
    }

    Path control() {
        return control;
    }

    Host client() {
        return client;
    }

    Host director() {
        return director;
    }

    /** In the order of {@link Machine#REAL_SERVERS}. */
    List<Host> realServers() {
        return realServers;
    }

    LabProcess directorProcess() {
        return directorProcess;
    }

    /** Starts to capture what the demo speaks of at a host's interface. */
    static Capture capture(Host host) {
        return host.capture(Machine.INTERFACE, CAPTURE_FILTER);
    }

    /** Asks the director something through its control socket, as an operator would. */
    CommandResult ask(String subcommand) {
        return director.run(
                ANSWER, DirectorProgram.command(subcommand, "--control", control.toString()));
    }
}
