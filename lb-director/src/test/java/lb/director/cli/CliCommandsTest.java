package lb.director.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import lb.director.control.ControlCommands;
import lb.director.control.ControlLimits;
import lb.director.control.ControlServer;
import lb.director.control.LiveDirector;
import lb.director.control.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What the operator sees, from a real director over a real socket. */
@Timeout(60)
class CliCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NOBODY = 65_534;

    @TempDir private Path directory;

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

    private static lb.core.service.ServiceDefinition service(
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

    @Command(name = "lb")
    private static final class Lb {}

    private CommandLine lb() {
        CommandLine lb = new CommandLine(new Lb());
        CliCommands.all().forEach(lb::addSubcommand);
        return CliCommands.withOneLineErrors(lb)
                .setErr(new PrintWriter(err))
                .setOut(new PrintWriter(out));
    }

    private Path path() {
        return directory.resolve("c.sock");
    }

    private int ask(String... words) {
        String[] all =
                Stream.concat(Arrays.stream(words), Stream.of("--control", path().toString()))
                        .toArray(String[]::new);
        return lb().execute(all);
    }

    private ControlServer start() throws Exception {
        return ControlServer.start(path(), ControlCommands.of(director), ControlLimits.DEFAULT);
    }

    /**
     * Three connections, one of them open, one closing, one datagram that finds no real server, one
     * ARP frame.
     */
    private void play() {
        director.tcp("10.0.200.22", 40001, "10.0.205.100", 80, Tcp.SYN);
        director.tcp("10.0.200.22", 40001, "10.0.205.100", 80, Tcp.ACK);
        director.tcp("10.0.200.23", 40002, "10.0.205.100", 80, Tcp.SYN);
        director.tcp("10.0.200.23", 40002, "10.0.205.100", 80, Tcp.ACK);
        director.tcp("10.0.200.23", 40002, "10.0.205.100", 80, Tcp.FIN | Tcp.ACK);
        director.tcp("fd00::22", 50000, "fd00::100", 80, Tcp.SYN);
        director.udp("10.0.200.22", 5353, "10.0.205.100", 53);
        director.arp();
    }

    @Test
    void virtualRoutersAreListedWithTheirTrackersAndGroups() throws Exception {
        try (ControlServer _ = start()) {
            assertThat(ask("vrrp")).isZero();
        }
        assertThat(out.toString().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .contains(
                        "VI_1 FAULT 12.5 s eth0 51 3 90 (150) 1.00 s 0 0 TRACKED_SCRIPT"
                                + " 10.0.205.100/24",
                        "VI_1 script web DOWN 0 FAULT",
                        "VI_1 file hand -60 1 reverse priority -60",
                        "VG FAULT VI_1 VI_2");
    }

    @Test
    void servicesAreListedInTheColumnsOfIpvsadm() throws Exception {
        play();
        try (ControlServer _ = start()) {
            assertThat(ask("services")).isZero();
        }
        assertThat(out.toString().replace(" \n", "_\n"))
                .isEqualTo(
                        """
                        lb 1.2.3 (connections=4 of 1000000)
                        Prot LocalAddress:Port Scheduler Flags
                          -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
                        TCP  10.0.205.100:80 wrr
                          -> 10.0.205.2:80                Route   1      0          1        _
                          -> 10.0.205.3:80                Route   2      1          0        _
                        TCP  10.0.205.100:443 mh (mh-fallback,mh-port) persistent 300 mask 255.255.255.0
                          -> 10.0.205.2:443               Route   65535  0          0        _
                        UDP  10.0.205.100:53 rr ops
                          -> 10.0.205.3:53                Route   0      0          0        _
                        TCP  [fd00::100]:80 rr persistent 360 mask 64
                          -> [fd00::2]:80                 Route   1      1          0        _
                        SCTP 10.0.205.100:36412 wlc
                        """);
    }

    @Test
    void servicesAsJsonHaveEveryField() throws Exception {
        play();
        try (ControlServer _ = start()) {
            assertThat(ask("services", "--json")).isZero();
        }
        JsonNode answer = JSON.readTree(out.toString());
        assertThat(answer.path("services")).hasSize(5);
        assertThat(answer.path("maximumConnections").intValue()).isEqualTo(1_000_000);
        assertThat(answer.path("services").get(0).toString())
                .isEqualTo(
                        """
                        {"protocol":"TCP","address":"10.0.205.100","port":80,"mark":0,\
                        "rateLimit":0,"clientRateLimit":0,"scheduler":"wrr","flags":[],\
                        "persistenceSeconds":0,"persistencePrefixLength":32,"onePacket":false,\
                        "connections":2,"packets":5,"bytes":200,\
                        "rates":{"connections":0,"packets":0,"bytes":0},"override":null,"realServers":[\
                        {"address":"10.0.205.2","port":80,"forward":"Route","weight":1,"activeConnections":0,\
                        "inactiveConnections":1,"persistenceTemplates":0,"upperThreshold":0,"lowerThreshold":0,\
                        "overloaded":false,"connections":1,"packets":3,"bytes":120,\
                        "rates":{"connections":0,"packets":0,"bytes":0},"override":null},\
                        {"address":"10.0.205.3","port":80,"forward":"Route","weight":2,"activeConnections":1,\
                        "inactiveConnections":0,"persistenceTemplates":0,"upperThreshold":0,"lowerThreshold":0,\
                        "overloaded":false,"connections":1,"packets":2,"bytes":80,\
                        "rates":{"connections":0,"packets":0,"bytes":0},"override":null}],"leaving":[]}\
                        """);
    }

    @Test
    void connectionsAreListedInTheColumnsOfIpvsadm() throws Exception {
        play();
        director.advanceSeconds(1);
        try (ControlServer _ = start()) {
            assertThat(ask("connections")).isZero();
        }
        assertThat(out.toString().lines().limit(2))
                .containsExactly(
                        "lb connection entries",
                        "pro expire state       source             virtual            destination");
        assertThat(out.toString().lines().skip(2))
                .containsExactlyInAnyOrder(
                        "TCP 14:59  ESTABLISHED 10.0.200.22:40001  10.0.205.100:80    10.0.205.3:80",
                        "TCP 01:59  FIN_WAIT    10.0.200.23:40002  10.0.205.100:80    10.0.205.2:80",
                        "TCP 00:59  SYN_RECV    [fd00::22]:50000   [fd00::100]:80     [fd00::2]:80",
                        "TCP 05:59  NONE        [fd00::]:0         [fd00::100]:80     [fd00::2]:80");
    }

    @Test
    void connectionsAsJsonAreOneDocument() throws Exception {
        play();
        try (ControlServer _ = start()) {
            assertThat(ask("connections", "--json")).isZero();
        }
        JsonNode answer = JSON.readTree(out.toString());
        assertThat(answer.path("rows").intValue()).isEqualTo(4);
        assertThat(answer.path("connections"))
                .hasSize(4)
                .anySatisfy(row ->
                        assertThat(row.toString())
                                .isEqualTo(
                                        """
                                        {"protocol":"TCP","expiresSeconds":900,"state":"ESTABLISHED","template":false,\
                                        "sourceAddress":"10.0.200.22","sourcePort":40001,"virtualAddress":"10.0.205.100","virtualPort":80,\
                                        "destinationAddress":"10.0.205.3","destinationPort":80}\
                                        """));
        assertThat(answer.path("connections"))
                .filteredOn(row -> row.path("template").booleanValue())
                .hasSize(1);
    }

    @Test
    void anEmptyTableIsAnEmptyListing() throws Exception {
        try (ControlServer _ = start()) {
            assertThat(ask("connections", "--json")).isZero();
            assertThat(JSON.readTree(out.toString()).path("connections")).isEmpty();
            out.getBuffer().setLength(0);
            assertThat(ask("connections")).isZero();
            assertThat(out.toString().lines()).hasSize(2);
        }
    }

    @Test
    void aListingThatNobodyReadsAnyMoreStops() throws Exception {
        IpAddress vip = IpAddress.parse("10.0.205.100");
        for (int i = 0; i < 20_000; i++) {
            director.tcp(IpAddress.ofIpv4(0x0a640000 + i), 1024, vip, 80, Tcp.SYN);
        }
        ClosingWriter head = new ClosingWriter();
        try (ControlServer _ = start()) {
            CommandLine lb = lb().setOut(new PrintWriter(head));
            assertThat(lb.execute("connections", "--control", path().toString())).isZero();
        }
        assertThat(head.pieces).isEqualTo(1);
        assertThat(err.toString()).isEmpty();
    }

    /** The pipe to a {@code head} that has ended. */
    private static final class ClosingWriter extends Writer {
        private int pieces;

        @Override
        public void write(char[] text, int offset, int length) throws java.io.IOException {
            pieces += length > 5_000 ? 1 : 0;
            throw new java.io.IOException("Broken pipe");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void statsShowVerdictsThatSumToTheFramesReceived() throws Exception {
        play();
        try (ControlServer _ = start()) {
            assertThat(ask("stats")).isZero();
        }
        assertThat(out.toString())
                .isEqualTo(
                        """
                        Verdict         Frames  Meaning
                        FORWARDED            6  sent on to a real server
                        NOT_IP               1  neither IPv4 nor IPv6
                        NO_REAL_SERVER       1  no real server is usable
                        frames received 8 = sum of verdicts

                        connections 4 of 1000000, evicted because the table was full: 0

                        Prot LocalAddress:Port                   Conns      Packets            Bytes
                          -> RemoteAddress:Port
                        TCP  10.0.205.100:80                         2            5              200
                          -> 10.0.205.2:80                           1            3              120
                          -> 10.0.205.3:80                           1            2               80
                        TCP  10.0.205.100:443                        0            0                0
                          -> 10.0.205.2:443                          0            0                0
                        UDP  10.0.205.100:53                         0            0                0
                          -> 10.0.205.3:53                           0            0                0
                        TCP  [fd00::100]:80                          1            1               60
                          -> [fd00::2]:80                            1            1               60
                        SCTP 10.0.205.100:36412                      0            0                0

                        Interface  Role  Received  Transmitted  TransmitFull  RingLosses
                        eth7       both         8            7             0           0
                        """);
    }

    @Test
    void statsShowVerdictsWithoutFramesWhenAllAreWanted() throws Exception {
        try (ControlServer _ = start()) {
            assertThat(ask("stats", "--all")).isZero();
        }
        assertThat(out.toString())
                .containsPattern("\nGATE_CLOSED +0  another director holds the VIP\n")
                .contains("\nframes received 0 = sum of verdicts\n");
    }

    @Test
    void statsAsJsonHaveAllVerdicts() throws Exception {
        play();
        try (ControlServer _ = start()) {
            assertThat(ask("stats", "--json")).isZero();
        }
        JsonNode answer = JSON.readTree(out.toString());
        assertThat(answer.path("framesReceived").intValue()).isEqualTo(8);
        assertThat(answer.path("framesDecided").intValue()).isEqualTo(8);
        assertThat(answer.path("verdicts")).hasSize(lb.core.director.Verdict.values().length);
        assertThat(answer.path("verdicts").get(0).toString())
                .isEqualTo(
                        "{\"verdict\":\"FORWARDED\",\"frames\":6,\"description\":\"sent on to a real server\"}");
        assertThat(answer.path("interfaces").get(0).path("framesTransmitted").intValue())
                .isEqualTo(7);
        assertThat(answer.path("workers").toString()).isEqualTo("[8]");
    }

    @Test
    void neighboursAreATableWithDashesForWhatIsNotKnown() throws Exception {
        try (ControlServer _ = start()) {
            assertThat(ask("neighbours")).isZero();
        }
        assertThat(out.toString())
                .isEqualTo(
                        """
                        RealServer  Interface  NextHop     MAC                State
                        10.0.205.2  eth7       10.0.205.2  08:00:27:3b:62:f5  reachable
                        10.0.205.3  eth7       10.0.205.3  -                  no answer
                        192.0.2.1   -          -           -                  no route
                        """);
    }

    @Test
    void neighboursAsJsonHaveNullForWhatIsNotKnown() throws Exception {
        try (ControlServer _ = start()) {
            assertThat(ask("neighbours", "--json")).isZero();
        }
        JsonNode second = JSON.readTree(out.toString()).path("neighbours").get(1);
        assertThat(second.path("mac").isNull()).isTrue();
        assertThat(second.path("state").textValue()).isEqualTo("no answer");
    }

    @Test
    void statusSaysWhatRuns() throws Exception {
        try (ControlServer _ = start()) {
            assertThat(ask("status")).isZero();
        }
        assertThat(out.toString())
                .isEqualTo(
                        """
                        version        1.2.3
                        pid            4711
                        uptime         1 d 02:03:04
                        workers        2
                        ring           v2
                        configuration  /etc/lb/lb.conf
                        VIPs           10.0.205.100 fd00::100
                        """);
    }

    @Test
    void versionAsksNobody() throws Exception {
        assertThat(lb().execute("version")).isZero();
        assertThat(Version.current()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(out.toString())
                .startsWith("lb " + Version.current() + "\nJDK " + Runtime.version())
                .contains("\nkernel Linux " + System.getProperty("os.version"));

        out.getBuffer().setLength(0);
        assertThat(lb().execute("version", "--json")).isZero();
        assertThat(JSON.readTree(out.toString()).path("version").textValue())
                .isEqualTo(Version.current());
    }

    @Test
    void noDirectorIsOneLineAndItsOwnExitCode() throws Exception {
        assertThat(ask("stats")).isEqualTo(ExitCode.NO_DIRECTOR);
        assertThat(err.toString())
                .isEqualTo(
                        "lb: no lb director answers on "
                                + path()
                                + " (no such file): is it running? "
                                + "One started with --control PATH is asked with the same --control PATH\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aDeadDirectorsSocketIsOneLineAndTheSameExitCode() throws Exception {
        try (var dead =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            dead.bind(java.net.UnixDomainSocketAddress.of(path()));
        }
        assertThat(ask("connections")).isEqualTo(ExitCode.NO_DIRECTOR);
        assertThat(err.toString()).contains("(connection refused)").hasLineCount(1);
    }

    @Test
    void permissionDeniedIsOneLine() throws Exception {
        assumeTrue(CliCommandsTest::mayBecomeAnother, "needs root, to become another user");
        try (ControlServer _ = start()) {
            ask("status");
            out.getBuffer().setLength(0);
            directory.toFile().setExecutable(true, false);
            int exit = asUser(NOBODY, () -> ask("status"));
            assertThat(exit).isEqualTo(ExitCode.FAILED);
            assertThat(err.toString())
                    .isEqualTo(
                            "lb: permission denied on "
                                    + path()
                                    + ": be root, or the user that lb runs as\n");
        }
    }

    private static boolean mayBecomeAnother() {
        return System.getProperty("user.name").equals("root") || "true".equals(System.getenv("CI"));
    }

    private interface Asking {
        int run();
    }

    /** Runs with the file access of another user; setfsuid(2) is for the calling thread alone. */
    private static int asUser(int user, Asking asking) throws Exception {
        MethodHandle setfsuid =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("setfsuid"),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        int before = call(setfsuid, user);
        try {
            return asking.run();
        } finally {
            call(setfsuid, before);
        }
    }

    private static int call(MethodHandle setfsuid, int user) {
        try {
            return (int) setfsuid.invokeExact(user);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void wrongOptionsAreOneLineWithTheWayToTheHelp() {
        assertThat(ask("services", "--nonsense")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .isEqualTo("lb: Unknown option: '--nonsense'; see lb services --help\n");
    }

    @Test
    void everyHelpHasADescriptionAnExampleAndTheExitCodes() {
        Set<String> names = new TreeSet<>(lb().getSubcommands().keySet());
        names.remove("scheduler"); // only groups these two
        names.addAll(List.of("scheduler list", "scheduler set"));
        for (String name : names) {
            out.getBuffer().setLength(0);
            assertThat(lb().execute((name + " --help").split(" "))).isZero();
            assertThat(out.toString())
                    .as(name)
                    .contains(
                            "Usage: lb " + name,
                            "--json",
                            "Example:",
                            "Exit codes:",
                            "  0   done",
                            "  2   wrong options");
            if (!name.equals("version")) {
                assertThat(out.toString())
                        .as(name)
                        .contains("--control=PATH", "/run/lb/control.sock", "  3   no director");
            }
        }
    }
}
