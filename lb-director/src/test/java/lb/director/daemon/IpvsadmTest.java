package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lb.director.lab.CommandResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code lb ipvsadm} against a running director, and the counters that it shows. */
@Timeout(120)
class IpvsadmTest {
    private static final String VIP = DirectorNetwork.VIP;
    private static final int PORT = DirectorNetwork.PORT;
    private static final String WEB = VIP + ":" + PORT;
    private static final String NO_SERVICE = "global_defs {\n    default_interface eth0\n}\n";
    private static final Duration LONG = Duration.ofSeconds(60);

    private static DirectorNetwork network;

    @BeforeAll
    static void open() throws Exception {
        network = DirectorNetwork.open();
    }

    @AfterAll
    static void close() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    /** As keepalived's and ldirectord's users write them in scripts. */
    @Test
    void aScriptBuildsATableFromNothingAndTrafficFlows() throws Exception {
        network.director().address("eth0", VIP + "/32");
        try (RunningDirector director = network.start(NO_SERVICE)) {
            LbCommands lb = new LbCommands(director.control());
            Resets resets = Resets.watch(PORT, List.of(network.director()));
            lb.run("ipvsadm", "-C");
            lb.run("ipvsadm", "-A", "-t", WEB, "-s", "wrr");
            lb.run("ipvsadm", "-a", "-t", WEB, "-r", "10.0.205.2:80", "-g", "-w", "1");
            lb.run("ipvsadm", "-a", "-t", WEB, "-r", "10.0.205.3", "-w", "0");
            assertThat(network.upload(100_000)).isEqualTo(1);
            lb.run("ipvsadm", "-e", "-t", WEB, "-r", "10.0.205.3:80", "-w", "1", "-x", "9");
            lb.run("ipvsadm", "-e", "-t", WEB, "-r", "10.0.205.2:80", "-w", "0");
            assertThat(network.upload(100_000)).isEqualTo(2);
            lb.run("ipvsadm", "-d", "-t", WEB, "-r", "10.0.205.2");
            lb.run("ipvsadm", "-E", "-t", WEB, "-s", "mh", "-b", "mh-port", "-p", "60");
            assertThat(network.upload(100_000)).isEqualTo(2);

            assertTables(lb);
            assertConnections(lb);
            resets.stopWithoutAny();

            lb.run("ipvsadm", "-D", "-t", WEB);
            assertThat(lb.run("ipvsadm", "-Ln").lines()).hasSize(3);
            assertThat(lb.fail(1, "ipvsadm", "-D", "-t", WEB))
                    .contains("there is no virtual service tcp:10.0.205.100:80; there are: none");
            assertThat(lb.fail(2, "ipvsadm", "-a", "-t", WEB, "-r", "10.0.205.2", "-m"))
                    .startsWith("lb: -m: this director does direct routing alone (-g)");
            assertThat(director.end("TERM")).isZero();
        } finally {
            DirectorNetwork.shell(network.director(), "ip address del " + VIP + "/32 dev eth0");
        }
    }

    private static void assertTables(LbCommands lb) throws Exception {
        assertThat(lb.run("ipvsadm", "-Ln"))
                .matches(
                        "IP Virtual Server version 1\\.2\\.1 \\(size=1000000\\)\n"
                                + "Prot LocalAddress:Port Scheduler Flags\n"
                                + "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
                                + "TCP  10\\.0\\.205\\.100:80 mh \\(mh-port\\) persistent 60\n"
                                + "  -> 10\\.0\\.205\\.3:80                Route   1      \\d          \\d         \n");
        assertThat(lb.run("ipvsadm", "-L", "--thresholds").lines().toList())
                .contains(
                        "Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn ")
                .anyMatch(line ->
                        line.startsWith(
                                "  -> 10.0.205.3:80                9          0          "));
        assertThat(lb.run("ipvsadm", "-L", "--persistent-conn").lines().toList())
                .contains(
                        "Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn ")
                .anyMatch(line ->
                        line.startsWith(
                                "  -> 10.0.205.3:80                1         1           "));
    }

    private static void assertConnections(LbCommands lb) throws Exception {
        assertThat(lb.run("ipvsadm", "-lnc"))
                .startsWith(
                        "IPVS connection entries\npro expire state       source             virtual            destination\n")
                .containsPattern(
                        "TCP 0[01]:\\d\\d  NONE        10\\.0\\.200\\.22:0      10\\.0\\.205\\.100:80    10\\.0\\.205\\.3:80\n");
        assertThat(lb.run("connections", "--templates").lines().skip(2))
                .singleElement()
                .asString()
                .contains(" NONE ", "10.0.200.22:0 ");
        assertThat(lb.run("connections", "--real", "10.0.205.9").lines()).hasSize(2);
        assertThat(lb.run("connections", "--service", "udp:" + WEB).lines()).hasSize(2);
        assertThat(
                        lb.run(
                                        "connections",
                                        "--client",
                                        "10.0.200.22",
                                        "--service",
                                        WEB,
                                        "--real",
                                        "10.0.205.3:80",
                                        "--limit",
                                        "1")
                                .lines())
                .hasSize(3);
    }

    @Test
    void aSavedTableIsRestoredAsItWas() throws Exception {
        String text =
                DirectorNetwork.configuration("mh", "10.0.205.3 7", "10.0.205.2 3")
                        + "virtual_server fd00::100 443 {\n lvs_sched sh\n sh-port\n lvs_method DR\n"
                        + " protocol TCP\n persistence_timeout 77\n persistence_granularity 64\n"
                        + " real_server fd00::2 443 {\n  weight 65535\n  uthreshold 100\n  lthreshold 50\n }\n}\n"
                        + "virtual_server 10.0.205.101 53 {\n lvs_sched rr\n lvs_method DR\n protocol UDP\n"
                        + " ops\n real_server 10.0.205.2 53 {\n  weight 0\n }\n}\n";
        try (RunningDirector director = network.start(text)) {
            LbCommands lb = new LbCommands(director.control());
            String rules = lb.run("ipvsadm", "-S", "-n");
            String listing = lb.run("ipvsadm", "-Ln", "--nosort");
            assertThat(rules)
                    .isEqualTo(
                            """
                            -A -t 10.0.205.100:80 -s mh -b mh-port
                            -a -t 10.0.205.100:80 -r 10.0.205.3:80 -g -w 7
                            -a -t 10.0.205.100:80 -r 10.0.205.2:80 -g -w 3
                            -A -t [fd00::100]:443 -s sh -p 77 -M 64 -b sh-port
                            -a -t [fd00::100]:443 -r [fd00::2]:443 -g -w 65535 -x 100 -y 50
                            -A -u 10.0.205.101:53 -s rr -o
                            -a -u 10.0.205.101:53 -r 10.0.205.2:53 -g -w 0
                            """);

            lb.run("ipvsadm", "-C");
            assertThat(lb.run("ipvsadm", "-S")).isEmpty();
            Path saved = Files.writeString(network.directory().resolve("rules"), rules);
            assertThat(restore(network, director, saved).output()).isEmpty();
            assertThat(lb.run("ipvsadm", "-Sn")).isEqualTo(rules);
            assertThat(lb.run("ipvsadm", "-Ln", "--nosort")).isEqualTo(listing);
            assertThat(network.upload(10_000)).isBetween(1, 2);
            assertThat(lb.run("services")).contains("* added, scheduler mh, mh-port");

            Files.writeString(
                    saved,
                    "# again\n-C\nipvsadm -A -t 10.0.0.1:80\n\n-a -t 10.0.0.2:80 -r 10.0.0.3\n");
            CommandResult refused = restore(network, director, saved);
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output()).contains("lb: line 5: there is no virtual service");
            assertThat(lb.run("ipvsadm", "-Sn")).as("all or nothing").isEqualTo(rules);

            lb.run("overrides", "clear");
            assertThat(lb.run("ipvsadm", "-Sn")).isEqualTo(rules);
            assertThat(lb.run("services")).doesNotContain("*");
        }
    }

    static CommandResult restore(DirectorNetwork network, RunningDirector director, Path rules) {
        String program =
                String.join(" ", LbProgram.command("ipvsadm", "-R", "--control"))
                        + " "
                        + director.control();
        return network.director().run(LONG, "sh", "-c", program + " <" + rules + " 2>&1");
    }

    @Test
    void countersGoToZeroAndRatesFollowTheTraffic() throws Exception {
        String text =
                NO_SERVICE
                        + DirectorNetwork.service(VIP, 53, "rr", "UDP", DirectorNetwork.REAL_1)
                        + DirectorNetwork.service(VIP, PORT, "rr", "TCP", DirectorNetwork.REAL_1);
        try (RunningDirector director = network.start(text);
                DatagramChannel client =
                        HostSockets.datagrams(network.client(), "10.0.200.22", 0)) {
            LbCommands lb = new LbCommands(director.control());
            network.upload(10_000);
            long startNanos = System.nanoTime();
            int sent = 0;
            while (System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(7)) {
                client.send(ByteBuffer.wrap(new byte[72]), new InetSocketAddress(VIP, 53));
                sent++;
                TimeUnit.MILLISECONDS.sleep(10);
            }
            double packetsPerSecond =
                    sent
                            / ((System.nanoTime() - startNanos)
                                    / (double) TimeUnit.SECONDS.toNanos(1));
            // Three samples bring the average to 58 % of the rate; one of them may be missing yet,
            // or one more have come.
            int all = sent;
            VrrpLab.await(
                    "all are counted",
                    () ->
                            counter(
                                            lb.run("ipvsadm", "-Ln", "--stats", "--exact"),
                                            "UDP  " + VIP + ":53",
                                            1)
                                    == all);
            double rate = counter(lb.run("stats", "--rate"), "UDP  " + VIP + ":53", 1);
            assertThat(rate).isBetween(0.35 * packetsPerSecond, 0.9 * packetsPerSecond);
            assertThat(counter(lb.run("ipvsadm", "-Ln", "--rate"), "  -> 10.0.205.2:53", 3))
                    .as("bytes a second, 100 a packet")
                    .isBetween(35 * packetsPerSecond, 90 * packetsPerSecond);
            String stats = lb.run("ipvsadm", "-Ln", "--stats", "--exact");
            assertThat(stats)
                    .contains(
                            "Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n"
                                    + "  -> RemoteAddress:Port\n");
            assertThat(counter(stats, "UDP  " + VIP + ":53", 0)).isEqualTo(1);
            assertThat(counter(stats, "UDP  " + VIP + ":53", 1)).isEqualTo(sent);
            assertThat(counter(stats, "UDP  " + VIP + ":53", 2)).isZero();
            assertThat(counter(stats, "UDP  " + VIP + ":53", 3)).isEqualTo(100.0 * sent);

            lb.run("zero", "udp:" + VIP);
            stats = lb.run("ipvsadm", "-Ln", "--stats");
            assertThat(counter(stats, "  -> 10.0.205.2:53", 1)).isZero();
            assertThat(counter(stats, "UDP  " + VIP + ":53", 3)).isZero();
            assertThat(counter(stats, "TCP  " + WEB, 0)).isEqualTo(1);
            assertThat(counter(lb.run("stats", "--rate"), "UDP  " + VIP + ":53", 1))
                    .isLessThan(0.35 * packetsPerSecond);
            lb.run("ipvsadm", "-Z");
            assertThat(counter(lb.run("ipvsadm", "-L", "--stats"), "TCP  " + WEB, 1)).isZero();
            client.send(ByteBuffer.wrap(new byte[72]), new InetSocketAddress(VIP, 53));
            VrrpLab.await(
                    "the datagram is counted",
                    () ->
                            counter(lb.run("ipvsadm", "-Ln", "--stats"), "  -> 10.0.205.2:53", 1)
                                    == 1);
            assertThat(director.verdict("FORWARDED")).isGreaterThan(sent);
        }
    }

    /** A number of the row that begins with a name, counted from 0. */
    private static double counter(String table, String name, int column) {
        Matcher row =
                Pattern.compile("^" + Pattern.quote(name) + " +(.*)$", Pattern.MULTILINE)
                        .matcher(table);
        assertThat(row.find()).as(name + " in\n" + table).isTrue();
        return Double.parseDouble(row.group(1).strip().split(" +")[column]);
    }

    @Test
    void timeoutsChangeAtOnceAndStayOverAReload() throws Exception {
        String text = DirectorNetwork.configuration("rr");
        try (RunningDirector director = network.start(text)) {
            LbCommands lb = new LbCommands(director.control());
            assertThat(lb.run("ipvsadm", "-L", "--timeout"))
                    .isEqualTo("Timeout (tcp tcpfin udp): 900 120 300\n");
            lb.run("ipvsadm", "--set", "3000", "0", "70");
            director.reload(text + "# changed\n", "reloaded ");
            assertThat(lb.run("ipvsadm", "-L", "--timeout"))
                    .isEqualTo("Timeout (tcp tcpfin udp): 3000 120 70\n");
            try (Upload established = Upload.connect(network.client(), VIP, PORT)) {
                established.send(1_000);
                assertThat(lb.run("ipvsadm", "-Lnc")).containsPattern("TCP (49|50):\\d\\d +EST");
            }
            lb.run("overrides", "clear");
            assertThat(lb.run("ipvsadm", "-L", "--timeout")).contains("900 120 300");
        }
    }
}
