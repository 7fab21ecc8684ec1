package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import lb.core.linux.NetworkNamespace;
import lb.director.lab.Capture;
import lb.director.lab.Host;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** IPv6, UDP and SCTP through a running director. */
@Timeout(120)
class ProtocolsTest {
    private static final String VIP = DirectorNetwork.VIP;
    private static final String VIP_V6 = DirectorNetwork.VIP_V6;
    private static final int HTTP_PORT = 8080;
    private static final int SCTP_PORT = 5060;

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

    @Test
    void httpOverIpv6ReachesTheRealServersThatMhChooses() throws Exception {
        String config =
                DirectorNetwork.service(VIP_V6, HTTP_PORT, "mh", "TCP", "fd00::2", "fd00::3")
                        + DirectorNetwork.service(
                                VIP_V6, DirectorNetwork.PORT, "mh", "TCP", "fd00::2", "fd00::3");
        HttpServer first = http(network.realServer(1), "page of real server 1\n");
        HttpServer second = http(network.realServer(2), "page of real server 2\n");
        String before = network.kernelState();
        try (RunningDirector director = network.start(config)) {
            assertThat(network.kernelState()).contains(VIP_V6 + "/128");
            Resets resets = Resets.watch(HTTP_PORT, network.hosts());
            String pages =
                    DirectorNetwork.shell(
                            network.client(),
                            "for i in $(seq 40); do curl -g -s -S -m 5 http://[%s]:%d/; done"
                                    .formatted(VIP_V6, HTTP_PORT));
            TreeMap<String, Integer> counts = new TreeMap<>();
            pages.lines().forEach(line -> counts.merge(line, 1, Integer::sum));
            assertThat(counts).containsOnlyKeys("page of real server 1", "page of real server 2");
            assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(40);

            assertThat(Upload.once(network.client(), VIP_V6, DirectorNetwork.PORT, 20_000_000))
                    .isBetween(1, 2);
            resets.stopWithoutAny();
            assertThat(director.end("TERM")).isZero();
            assertThat(network.kernelState()).isEqualTo(before);
        } finally {
            first.stop(0);
            second.stop(0);
        }
    }

    private static HttpServer http(Host host, String page) throws Exception {
        return NetworkNamespace.in(
                host.namespaceFile().toString(),
                () -> {
                    HttpServer server =
                            HttpServer.create(new InetSocketAddress("::", HTTP_PORT), 100);
                    server.createContext(
                            "/",
                            exchange -> {
                                try (exchange) {
                                    byte[] body = page.getBytes(StandardCharsets.US_ASCII);
                                    exchange.sendResponseHeaders(200, body.length);
                                    exchange.getResponseBody().write(body);
                                }
                            });
                    server.start();
                    return server;
                });
    }

    @Test
    void datagramsOfOneSourceStayWithTheirRealServer() throws Exception {
        String config =
                DirectorNetwork.service(
                        VIP,
                        NumberedEcho.PORT,
                        "rr",
                        "UDP",
                        DirectorNetwork.REAL_1,
                        DirectorNetwork.REAL_2);
        try (DatagramChannel one = NumberedEcho.listen(network.realServer(1), 1);
                DatagramChannel two = NumberedEcho.listen(network.realServer(2), 2);
                RunningDirector director =
                        network.start("global_defs {\n default_interface eth0\n}\n" + config)) {
            assertThat(one.isOpen() && two.isOpen()).isTrue();
            Set<Integer> all = new HashSet<>();
            for (int source = 0; source < 10; source++) {
                Set<Integer> servers = new HashSet<>();
                try (DatagramChannel channel =
                        HostSockets.datagrams(network.client(), "10.0.200.22", 0)) {
                    for (int i = 0; i < 20; i++) {
                        servers.add(NumberedEcho.ask(channel));
                    }
                }
                assertThat(servers).as("real servers of source %d", source).hasSize(1);
                all.addAll(servers);
            }
            assertThat(all).containsExactlyInAnyOrder(1, 2);
            assertThat(director.verdict("FORWARDED")).isGreaterThanOrEqualTo(200);
            assertThat(
                            director.ask("services")
                                    .path("services")
                                    .get(0)
                                    .path("connections")
                                    .asLong())
                    .isEqualTo(10);
        }
    }

    /** Frames of the test's own: not every kernel has SCTP sockets. */
    @Test
    void sctpAssociationsStayWithTheirRealServerAndArriveAsTheyLeft() throws Exception {
        String config =
                "global_defs {\n default_interface eth0\n}\n"
                        + DirectorNetwork.service(
                                VIP,
                                SCTP_PORT,
                                "rr",
                                "SCTP",
                                DirectorNetwork.REAL_1,
                                DirectorNetwork.REAL_2);
        try (RunningDirector director = network.start(config)) {
            Capture first = network.realServer(1).capture("eth0", "ip proto 132");
            Capture second = network.realServer(2).capture("eth0", "ip proto 132");
            for (int round = 0; round < 2; round++) {
                for (int port = 40_000; port < 40_010; port++) {
                    byte[] init = Frames.sctpInit(port, SCTP_PORT);
                    HostSockets.send(network.client(), "eth0", init);
                }
            }
            long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (director.verdict("FORWARDED") < 20 && System.nanoTime() < deadlineNanos) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            List<Integer> one = arrived(first, DirectorNetwork.REAL_1_MAC);
            List<Integer> two = arrived(second, DirectorNetwork.REAL_2_MAC);
            assertThat(one).hasSize(10).doesNotContainAnyElementsOf(two);
            assertThat(two).hasSize(10);
            assertThat(Set.copyOf(one)).as("each INIT twice").hasSize(5);
        }
    }

    /** The source ports of what came for this real server, each frame as it was sent. */
    private static List<Integer> arrived(Capture capture, long mac) {
        return capture.stop().stream()
                .filter(frame -> frame.destination() == mac)
                .map(frame -> {
                    int port = frame.u16(34);
                    byte[] sent = Frames.sctpInit(port, SCTP_PORT);
                    byte[] came = Frames.bytes(frame);
                    assertThat(Arrays.copyOfRange(came, 34, came.length))
                            .as("from the SCTP header on")
                            .isEqualTo(Arrays.copyOfRange(sent, 34, sent.length));
                    return port;
                })
                .toList();
    }
}
