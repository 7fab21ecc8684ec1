package lb.director.daemon;

import static lb.director.daemon.Frames.NO_TAG;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import lb.core.wire.IpAddress;
import lb.director.lab.Capture;
import lb.director.lab.CapturedFrame;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a running director does to single frames, and what it says to the link. */
@Timeout(120)
class FrameTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final String VIP = DirectorNetwork.VIP;
    private static final String CLIENT = "10.0.200.22";
    private static final String CONFIGURATION =
            DirectorNetwork.configuration("rr", DirectorNetwork.REAL_1);
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final int PORT = 33_333;

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

    private static CapturedFrame await(Capture capture, Predicate<CapturedFrame> wanted) {
        return capture.await(wanted, TIMEOUT).stream().filter(wanted).findFirst().orElseThrow();
    }

    @Test
    void timeToLiveIsDecrementedAndItsEndIsToldFromTheVip() throws Exception {
        try (RunningDirector director = network.start(CONFIGURATION)) {
            Capture atServer = network.realServer(1).capture("eth0", "tcp");
            Capture atClient = network.client().capture("eth0", "icmp");
            byte[] syn = Frames.syn(PORT, 64, NO_TAG);
            HostSockets.send(network.client(), "eth0", syn);

            CapturedFrame copy = await(atServer, frame -> Frames.isFromPort(frame, PORT));
            assertThat(copy.destination()).isEqualTo(DirectorNetwork.REAL_1_MAC);
            assertThat(copy.source()).isEqualTo(DirectorNetwork.DIRECTOR_MAC);
            byte[] expected = Frames.syn(PORT, 63, NO_TAG);
            assertThat(Frames.bytes(copy))
                    .as("from the EtherType on")
                    .endsWith(Arrays.copyOfRange(expected, 12, expected.length));

            HostSockets.send(network.client(), "eth0", Frames.syn(PORT + 1, 1, NO_TAG));
            CapturedFrame exceeded = await(atClient, frame -> frame.u8(34) == 11);
            assertThat(exceeded.u8(35)).as("code: in transit").isZero();
            assertThat(exceeded.i32(26)).as("source").isEqualTo(IpAddress.parse(VIP).ipv4());
            assertThat(exceeded.source()).isEqualTo(DirectorNetwork.DIRECTOR_MAC);
            assertThat(exceeded.u16(62)).as("port that it quotes").isEqualTo(PORT + 1);
            assertThat(director.verdict("TTL_EXPIRED")).isEqualTo(1);
            assertThat(atServer.stop()).noneMatch(frame -> Frames.isFromPort(frame, PORT + 1));
            atClient.stop();
        }
    }

    @Test
    void aFrameKeepsItsTimeToLiveAndSourceWhereThatIsSet() throws Exception {
        try (RunningDirector _ =
                network.start(CONFIGURATION, "--set", "ttl=keep", "--set", "source_mac=preserve")) {
            Capture atServer = network.realServer(1).capture("eth0", "tcp");
            byte[] syn = Frames.syn(PORT, 1, NO_TAG);
            HostSockets.send(network.client(), "eth0", syn);

            CapturedFrame copy = await(atServer, frame -> Frames.isFromPort(frame, PORT));
            assertThat(copy.destination()).isEqualTo(DirectorNetwork.REAL_1_MAC);
            assertThat(Frames.bytes(copy))
                    .as("from the source MAC address on")
                    .endsWith(Arrays.copyOfRange(syn, 6, syn.length));
            atServer.stop();
        }
    }

    @Test
    void aVlanTagStaysOnItsFrame() throws Exception {
        for (String ring : List.of("v2", "v3", "auto")) {
            try (RunningDirector _ = network.start(CONFIGURATION, "--set", "ring=" + ring)) {
                Capture atServer = network.realServer(1).capture("eth0", "vlan 5");
                HostSockets.send(network.client(), "eth0", Frames.syn(PORT, 64, 0x6005));

                CapturedFrame copy = await(atServer, frame -> frame.u16(38) == PORT);
                assertThat(copy.destination()).isEqualTo(DirectorNetwork.REAL_1_MAC);
                byte[] expected = Frames.syn(PORT, 63, 0x6005);
                assertThat(Frames.bytes(copy))
                        .as("tag, priority, and all behind")
                        .endsWith(Arrays.copyOfRange(expected, 12, expected.length));
                atServer.stop();
            }
        }
    }

    @Test
    void aStartAnnouncesTheVip() throws Exception {
        Capture atClient = network.client().capture("eth0", "arp");
        try (RunningDirector _ = network.start(CONFIGURATION)) {
            CapturedFrame announcement =
                    await(
                            atClient,
                            frame ->
                                    frame.destination() == BROADCAST
                                            && (Frames.isArp(frame, Frames.ARP_REQUEST, VIP, VIP)
                                                    || Frames.isArp(
                                                            frame, Frames.ARP_REPLY, VIP, VIP)));
            assertThat(announcement.source()).isEqualTo(DirectorNetwork.DIRECTOR_MAC);
            assertThat(announcement.u48(22)).isEqualTo(DirectorNetwork.DIRECTOR_MAC);
        }
        atClient.stop();
    }

    @Test
    void aQuestionForTheVipIsAnsweredOnceByTheDirector() throws Exception {
        try (RunningDirector _ = network.start(CONFIGURATION)) {
            DirectorNetwork.shell(network.client(), "ip neighbour flush all");
            Capture atClient = network.client().capture("eth0", "arp");
            assertThat(network.upload(1000)).isEqualTo(1);

            // Late answers of others would come within this time.
            Thread.sleep(300);
            List<CapturedFrame> frames = atClient.stop();
            List<CapturedFrame> questions =
                    frames.stream()
                            .filter(frame -> Frames.isArp(frame, Frames.ARP_REQUEST, CLIENT, VIP))
                            .toList();
            // A client asks again when it has had no answer for a second.
            assertThat(questions).isNotEmpty();
            assertThat(
                            frames.stream()
                                    .filter(frame ->
                                            Frames.isArp(frame, Frames.ARP_REPLY, VIP, CLIENT)))
                    .hasSameSizeAs(questions)
                    .allSatisfy(answer ->
                            assertThat(answer.u48(22)).isEqualTo(DirectorNetwork.DIRECTOR_MAC));
        }
    }
}
