package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services found by mark, limits, and a real server on the director itself, with real TCP. */
@Timeout(120)
class MarkedServicesTest {
    private static final int HTTPS = 443;
    private static final int OTHER = 8081;
    private static final String DIRECTOR = "10.0.200.21";
    private static final String GLOBALS = "global_defs {\n default_interface eth0\n}\n";

    private static DirectorNetwork network;
    private static UploadServer first;
    private static UploadServer second;
    private static UploadServer local;

    @BeforeAll
    static void open() throws Exception {
        network = DirectorNetwork.open();
        first = UploadServer.start(network.realServer(1), 1, HTTPS);
        second = UploadServer.start(network.realServer(2), 2, HTTPS);
        local = UploadServer.start(network.director(), 3, DirectorNetwork.PORT);
    }

    @AfterAll
    static void close() throws Exception {
        if (network != null) {
            for (UploadServer server : new UploadServer[] {first, second, local}) {
                server.close();
            }
            network.close();
        }
    }

    private static int upload(String vip, int port) throws Exception {
        return Upload.once(network.client(), vip, port, 3_000_000);
    }

    private static String marked(String lines) {
        return GLOBALS
                + """
                lb {
                    classifier {
                        mark 1 {
                            destination 10.0.205.100-101
                            source 10.0.0.0/8
                            protocol tcp
                            port 80,443
                        }
                    }
                }
                virtual_server fwmark 1 {
                    lvs_sched rr
                    lvs_method DR
                    %s
                    real_server 10.0.205.2 {
                    }
                    real_server 10.0.205.3 {
                    }
                }
                """
                        .formatted(lines);
    }

    @Test
    void aClientStaysAtOneRealServerOnBothPortsAndVips() throws Exception {
        String before = network.kernelState();
        try (RunningDirector director = network.start(marked("persistence_timeout 100"))) {
            assertThat(network.kernelState())
                    .contains(DirectorNetwork.VIP + "/32", DirectorNetwork.VIP_2 + "/32");
            Resets resets = Resets.watch(HTTPS, network.hosts());
            Set<Integer> servers = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                servers.add(upload(DirectorNetwork.VIP, DirectorNetwork.PORT));
                servers.add(upload(DirectorNetwork.VIP, HTTPS));
                servers.add(upload(DirectorNetwork.VIP_2, HTTPS));
            }
            assertThat(servers).hasSize(1);
            resets.stopWithoutAny();
            JsonNode service = director.ask("services").path("services").get(0);
            assertThat(service.path("protocol").asText()).isEqualTo("FWM");
            assertThat(service.path("mark").asInt()).isEqualTo(1);
            assertThat(service.path("connections").asLong()).isEqualTo(9);
            assertThatThrownBy(() ->
                            HostSockets.connect(
                                    network.client(), DirectorNetwork.VIP, OTHER, 3_000))
                    .as("a port without mark is the host's, which refuses")
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("refused");
            director.reload(marked(""), "reloaded ");
            servers.clear();
            for (int i = 0; i < 4; i++) {
                servers.add(upload(DirectorNetwork.VIP, HTTPS));
            }
            assertThat(servers).as("without persistence").containsExactlyInAnyOrder(1, 2);
            assertThat(director.end("TERM")).isZero();
        }
        assertThat(network.kernelState()).isEqualTo(before);
    }

    @Test
    void ipvsadmSavesAndRestoresAServiceOfAMark() throws Exception {
        try (RunningDirector director = network.start(marked("persistence_timeout 100"))) {
            LbCommands lb = new LbCommands(director.control());
            String rules = lb.run("ipvsadm", "-S", "-n");
            assertThat(rules).startsWith("-A -f 1 -s rr -p 100\n-a -f 1 -r 10.0.205.2:");
            lb.run("ipvsadm", "-C");
            assertThat(lb.run("ipvsadm", "-S")).isEmpty();
            Path saved = Files.writeString(network.directory().resolve("rules"), rules);
            assertThat(IpvsadmTest.restore(network, director, saved).output()).isEmpty();
            assertThat(lb.run("ipvsadm", "-S")).isEqualTo(rules);

            lb.run("ipvsadm", "-E", "-f", "1", "-s", "rr");
            lb.run("ipvsadm", "-d", "-f", "1", "-r", "10.0.205.2");
            assertThat(upload(DirectorNetwork.VIP, HTTPS)).isEqualTo(2);
            lb.run("ipvsadm", "-e", "-f", "1", "-r", "10.0.205.3:443", "-w", "7");
            assertThat(lb.run("ipvsadm", "-L", "-f", "1").lines().skip(2))
                    .first()
                    .asString()
                    .startsWith("FWM  1 rr");
            assertThat(lb.run("connections", "--service", "fwm:1").lines()).hasSize(3);
            lb.run("ipvsadm", "-Z", "-f", "1");
            assertThat(lb.run("connections", "--service", "fwm:2").lines()).hasSize(2);
            assertThat(lb.fail(1, "ipvsadm", "-A", "-f", "2")).contains("no packet gets the mark");
            assertThat(lb.fail(1, "ipvsadm", "-A", "-f", "1")).contains("FWM 1 is there already");
            lb.run("ipvsadm", "-D", "-f", "1");
            assertThat(lb.run("ipvsadm", "-S")).isEmpty();
        }
    }

    @Test
    void aRealServerOnTheDirectorItselfServesItsShare() throws Exception {
        String config =
                DirectorNetwork.configuration("rr", DirectorNetwork.REAL_1, DIRECTOR)
                        + DirectorNetwork.service(
                                DirectorNetwork.VIP_V6,
                                DirectorNetwork.PORT,
                                "rr",
                                "TCP",
                                "fd00::2",
                                "fd00::21");
        Resets resets = Resets.watch(DirectorNetwork.PORT, network.hosts());
        try (RunningDirector director = network.start(config)) {
            for (String vip : new String[] {DirectorNetwork.VIP, DirectorNetwork.VIP_V6}) {
                int[] served = new int[4];
                for (int i = 0; i < 6; i++) {
                    served[upload(vip, DirectorNetwork.PORT)]++;
                }
                assertThat(served).as(vip).containsExactly(0, 3, 0, 3);
            }
            resets.stopWithoutAny();
            assertThat(director.verdict("LOOP")).isZero();
            assertThat(director.verdict("NEIGHBOUR_UNRESOLVED")).isZero();
            assertThat(director.end("TERM")).isZero();
        }
    }

    @Test
    void strictReversePathFilteringIsNamedAndLooseIsEnough() throws Exception {
        sysctl("net.ipv4.conf.all.rp_filter=1");
        try (RunningDirector director =
                network.start(DirectorNetwork.configuration("rr", DIRECTOR))) {
            assertThat(director.log()).contains("sysctl net.ipv4.conf.lo.rp_filter=2");
            sysctl("net.ipv4.conf.lo.rp_filter=2");
            director.awaitLog("this host itself");
            assertThat(upload(DirectorNetwork.VIP, DirectorNetwork.PORT)).isEqualTo(3);
        } finally {
            sysctl("net.ipv4.conf.all.rp_filter=0");
            sysctl("net.ipv4.conf.lo.rp_filter=0");
        }
    }

    private static void sysctl(String setting) {
        DirectorNetwork.shell(network.director(), "sysctl -q -w " + setting);
    }

    @Test
    void aClientThatOpensTooManyConnectionsWaits() throws Exception {
        try (RunningDirector director = network.start(marked("lb {\n client_rate_limit 2\n}"))) {
            for (int i = 0; i < 4; i++) {
                // What is refused is a SYN without answer: TCP sends it again a second later.
                upload(DirectorNetwork.VIP, HTTPS);
            }
            assertThat(director.verdict("CLIENT_RATE_LIMITED")).isPositive();
            JsonNode service = director.ask("services").path("services").get(0);
            assertThat(service.path("clientRateLimit").asInt()).isEqualTo(2);
            assertThat(service.path("connections").asLong()).isEqualTo(4);
        }
    }
}
