package lb.director.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import lb.director.control.ControlServer;
import lb.director.control.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tables of services, virtual routers, neighbours and the director itself, and the same as
 * JSON.
 */
@Timeout(60)
class CliReportsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path directory;

    private AskedDirector cli;

    @BeforeEach
    void begin() {
        cli = new AskedDirector(directory);
    }

    @Test
    void virtualRoutersAreListedWithTheirTrackersAndGroups() throws Exception {
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("vrrp")).isZero();
        }
        assertThat(cli.printed().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .contains(
                        "VI_1 FAULT 12.5 s eth0 51 3 90 (150) 1.00 s 0 0 TRACKED_SCRIPT"
                                + " 10.0.205.100/24",
                        "VI_1 script web DOWN 0 FAULT",
                        "VI_1 file hand -60 1 reverse priority -60",
                        "VG FAULT VI_1 VI_2");
    }

    @Test
    void servicesAreListedInTheColumnsOfIpvsadm() throws Exception {
        cli.play();
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("services")).isZero();
        }
        assertThat(cli.printed().replace(" \n", "_\n"))
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
        cli.play();
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("services", "--json")).isZero();
        }
        JsonNode answer = JSON.readTree(cli.printed());
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
    void neighboursAreATableWithDashesForWhatIsNotKnown() throws Exception {
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("neighbours")).isZero();
        }
        assertThat(cli.printed())
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
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("neighbours", "--json")).isZero();
        }
        JsonNode second = JSON.readTree(cli.printed()).path("neighbours").get(1);
        assertThat(second.path("mac").isNull()).isTrue();
        assertThat(second.path("state").textValue()).isEqualTo("no answer");
    }

    @Test
    void statusSaysWhatRuns() throws Exception {
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("status")).isZero();
        }
        assertThat(cli.printed())
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
        assertThat(cli.lb().execute("version")).isZero();
        assertThat(Version.current()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(cli.printed())
                .startsWith("lb " + Version.current() + "\nJDK " + Runtime.version())
                .contains("\nkernel Linux " + System.getProperty("os.version"));

        cli.forget();
        assertThat(cli.lb().execute("version", "--json")).isZero();
        assertThat(JSON.readTree(cli.printed()).path("version").textValue())
                .isEqualTo(Version.current());
    }
}
