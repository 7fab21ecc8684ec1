package lb.director.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.wire.Tcp;
import lb.director.control.ControlCommands;
import lb.director.control.ControlLimits;
import lb.director.control.ControlServer;
import lb.director.control.LiveDirector;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A real director behind a real socket, and what commands print about it. Of one test. */
final class AskedDirector {
    private final LiveDirector director =
            new LiveDirector(
                    service(
                            Protocol.TCP,
                            "10.0.205.100",
                            80,
                            "wrr",
                            Persistence.NONE,
                            false,
                            LiveDirector.realServer("10.0.205.2", 80, 1),
                            LiveDirector.realServer("10.0.205.3", 80, 2)),
                    service(
                            Protocol.TCP,
                            "10.0.205.100",
                            443,
                            "mh",
                            new Persistence(300, 24),
                            false,
                            LiveDirector.realServer("10.0.205.2", 443, 65535)),
                    service(
                            Protocol.UDP,
                            "10.0.205.100",
                            53,
                            "rr",
                            Persistence.NONE,
                            true,
                            LiveDirector.realServer("10.0.205.3", 53, 0)),
                    service(
                            Protocol.TCP,
                            "fd00::100",
                            80,
                            "rr",
                            new Persistence(360, 64),
                            false,
                            LiveDirector.realServer("fd00::2", 80, 1)),
                    service(Protocol.SCTP, "10.0.205.100", 36412, "wlc", Persistence.NONE, false));

    private final StringWriter out = new StringWriter();

    private final StringWriter err = new StringWriter();

    private final Path path;

    /** One that listens in {@code directory} once it is started. */
    AskedDirector(Path directory) {
        path = directory.resolve("c.sock");
    }

    private static ServiceDefinition service(
            Protocol protocol,
            String vip,
            int port,
            String scheduler,
            Persistence persistence,
            boolean onePacket,
            RealServerDefinition... servers) {
        Set<String> flags = scheduler.equals("mh") ? Set.of("mh-port", "mh-fallback") : Set.of();
        return LiveDirector.service(
                protocol, vip, port, scheduler, flags, persistence, onePacket, servers);
    }

    /** The command line above the commands. */
    @Command(name = "lb")
    private static final class Lb {}

    /** The command line, new. */
    CommandLine lb() {
        CommandLine lb = new CommandLine(new Lb());
        CliCommands.all().forEach(lb::addSubcommand);
        return CliCommands.withOneLineErrors(lb)
                .setErr(new PrintWriter(err))
                .setOut(new PrintWriter(out));
    }

    /** Its socket. */
    Path path() {
        return path;
    }

    /** Carries out a command; its exit code. */
    int ask(String... words) {
        String[] all =
                Stream.concat(Arrays.stream(words), Stream.of("--control", path.toString()))
                        .toArray(String[]::new);
        return lb().execute(all);
    }

    /** Has it answer until that is closed. */
    ControlServer start() throws Exception {
        return ControlServer.start(path, ControlCommands.of(director), ControlLimits.DEFAULT);
    }

    /**
     * Three connections, one of them open, one closing, one datagram that finds no real server, one
     * ARP frame.
     */
    void play() {
        director.tcp("10.0.200.22", 40001, "10.0.205.100", 80, Tcp.SYN);
        director.tcp("10.0.200.22", 40001, "10.0.205.100", 80, Tcp.ACK);
        director.tcp("10.0.200.23", 40002, "10.0.205.100", 80, Tcp.SYN);
        director.tcp("10.0.200.23", 40002, "10.0.205.100", 80, Tcp.ACK);
        director.tcp("10.0.200.23", 40002, "10.0.205.100", 80, Tcp.FIN | Tcp.ACK);
        director.tcp("fd00::22", 50000, "fd00::100", 80, Tcp.SYN);
        director.udp("10.0.200.22", 5353, "10.0.205.100", 53);
        director.arp();
    }

    /** What it was asked about. */
    LiveDirector director() {
        return director;
    }

    /** What commands have printed. */
    String printed() {
        return out.toString();
    }

    /** What they have printed as errors. */
    String errors() {
        return err.toString();
    }

    /** Forgets what was printed. */
    void forget() {
        out.getBuffer().setLength(0);
    }
}
