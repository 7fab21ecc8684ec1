package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import lb.director.lab.Bridge;
import lb.director.lab.Capture;
import lb.director.lab.Host;
import lb.director.lab.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients on one interface of the director, real servers behind another: one beside it, one in a
 * subnet of its own behind a router, which also carries all answers to the clients.
 */
@Timeout(120)
class TwoArmedTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final String VIP = "10.1.0.100";
    private static final int PORT = 80;
    private static final long DIRECTOR_INSIDE_MAC = 0x0200_0000_0202L;
    private static final long REAL_1_MAC = 0x0200_0000_0203L;
    private static final long ROUTER_INSIDE_MAC = 0x0200_0000_0204L;

    private static Lab lab;
    private static Host client;
    private static Host director;
    private static Host real1;
    private static Host router;

    @BeforeAll
    static void open() throws Exception {
        DirectorNetwork.requireRoot();
        lab = Lab.open();
        Bridge outside = lab.bridge("outside");
        Bridge inside = lab.bridge("inside");
        Bridge far = lab.bridge("far");
        client = lab.host("client").attach(outside, "eth0", "02:00:00:00:01:01", "10.1.0.1/24");
        director =
                lab.host("director")
                        .attach(outside, "eth0", "02:00:00:00:01:02", "10.1.0.2/24")
                        .attach(inside, "eth1", "02:00:00:00:02:02", "10.2.0.2/24")
                        .route("10.3.0.0/24", "via", "10.2.0.4");
        real1 =
                lab.host("real1")
                        .attach(inside, "eth0", "02:00:00:00:02:03", "10.2.0.3/24")
                        .route("default", "via", "10.2.0.4")
                        .holdVip(VIP);
        router =
                lab.host("router")
                        .attach(outside, "eth0", "02:00:00:00:01:04", "10.1.0.4/24")
                        .attach(inside, "eth1", "02:00:00:00:02:04", "10.2.0.4/24")
                        .attach(far, "eth2", "02:00:00:00:03:04", "10.3.0.4/24")
                        // What the director sends here for the VIP is for the real server behind.
                        .route(VIP + "/32", "via", "10.3.0.5")
                        .sysctl("net.ipv4.ip_forward", "1");
        Host real2 =
                lab.host("real2")
                        .attach(far, "eth0", "02:00:00:00:03:05", "10.3.0.5/24")
                        .route("default", "via", "10.3.0.4")
                        .holdVip(VIP);
        UploadServer.start(real1, 1, PORT);
        UploadServer.start(real2, 2, PORT);
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void eachRealServerIsReachedByTheInterfaceAndNextHopOfItsRoute() throws Exception {
        String before = DirectorNetwork.kernelState(director);
        String config =
                "lb {\n    interface eth0\n}\n"
                        + DirectorNetwork.service(VIP, PORT, "rr", "TCP", "10.2.0.3", "10.3.0.5");
        try (RunningDirector running = RunningDirector.start(director, lab.directory(), config)) {
            assertThat(running.log())
                    .contains(
                            "real server 10.2.0.3: at 02:00:00:00:02:03 on eth1",
                            "real server 10.3.0.5: at 02:00:00:00:02:04 on eth1");
            Capture atReal1 = real1.capture("eth0", "tcp dst port 80");
            Capture atRouter = router.capture("eth1", "tcp dst port 80");

            List<Integer> servers =
                    List.of(
                            Upload.once(client, VIP, PORT, 1000),
                            Upload.once(client, VIP, PORT, 10_000_000));

            assertThat(servers).containsExactlyInAnyOrder(1, 2);
            assertThat(atReal1.await(frame -> frame.destination() == REAL_1_MAC, TIMEOUT))
                    .allMatch(frame -> frame.source() == DIRECTOR_INSIDE_MAC);
            assertThat(atRouter.await(frame -> frame.destination() == ROUTER_INSIDE_MAC, TIMEOUT))
                    .allMatch(frame -> frame.source() == DIRECTOR_INSIDE_MAC);
            atReal1.stop();
            atRouter.stop();
            assertThat(running.awaitHandedOn(0)).as("large frames take the shortcut").isPositive();
            assertThat(DirectorNetwork.shell(director, "tc qdisc show dev eth1"))
                    .as("real servers' interface is left alone")
                    .doesNotContain("clsact");
            assertThat(running.end("TERM")).isZero();
        }
        assertThat(DirectorNetwork.kernelState(director)).isEqualTo(before);
    }

    /** The client, whose link carries 1500 bytes, has to be told of the narrow one behind. */
    @Test
    void anUploadLearnsOfANarrowWayToTheRealServer() throws Exception {
        String config =
                "lb {\n    interface eth0\n}\n"
                        + DirectorNetwork.service(VIP, PORT, "rr", "TCP", "10.2.0.3");
        assertThat(DirectorNetwork.shell(director, "ip link set eth1 mtu 1400")).isEmpty();
        try (RunningDirector running = RunningDirector.start(director, lab.directory(), config)) {
            assertThat(Upload.once(client, VIP, PORT, 3_000_000)).isEqualTo(1);
            assertThat(running.verdict("TOO_LONG")).isPositive();
            assertThat(DirectorNetwork.shell(client, "ip route get " + VIP)).contains("mtu 1400");
        } finally {
            DirectorNetwork.shell(director, "ip link set eth1 mtu 1500");
        }
    }
}
