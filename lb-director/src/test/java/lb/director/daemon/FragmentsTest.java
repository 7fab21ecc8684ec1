package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Random;
import lb.core.linux.NetworkNamespace;
import lb.director.lab.Capture;
import lb.director.lab.Host;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams in fragments, and ping, through a running director. */
@Timeout(120)
class FragmentsTest {
    private static final int UDP_PORT = 53;
    private static final int SIZE = 60_000;
    private static final int DATAGRAMS = 20;
    private static final int ANSWER_MILLIS = 20_000;
    private static final int PINGS = 3;
    private static final String ECHO_REPLIES =
            "icmp[icmptype] = icmp-echoreply or (ip6[6] = 58 and ip6[40] = 129)";

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

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void datagramsOf60KilobytesArriveWhole(int workers) throws Exception {
        String config =
                "lb {\n    interface eth0\n    workers "
                        + workers
                        + "\n}\n"
                        + DirectorNetwork.service(
                                DirectorNetwork.VIP,
                                UDP_PORT,
                                "rr",
                                "UDP",
                                DirectorNetwork.REAL_1,
                                DirectorNetwork.REAL_2)
                        + DirectorNetwork.service(
                                DirectorNetwork.VIP_V6,
                                UDP_PORT,
                                "rr",
                                "UDP",
                                "fd00::2",
                                "fd00::3");
        try (DatagramChannel one = echo(network.realServer(1), DirectorNetwork.VIP, 1);
                DatagramChannel two = echo(network.realServer(2), DirectorNetwork.VIP, 2);
                DatagramChannel one6 = echo(network.realServer(1), DirectorNetwork.VIP_V6, 1);
                DatagramChannel two6 = echo(network.realServer(2), DirectorNetwork.VIP_V6, 2);
                RunningDirector director = network.start(config)) {
            assertThat(one.isOpen() && two.isOpen() && one6.isOpen() && two6.isOpen()).isTrue();
            int answered = 0;
            for (int i = 0; i < DATAGRAMS; i++) {
                answered += ask("10.0.200.22", DirectorNetwork.VIP, i);
                answered += ask("fd00::22", DirectorNetwork.VIP_V6, i);
            }
            assertThat(answered).isEqualTo(2 * DATAGRAMS);
            assertThat(director.verdict("FORWARDED"))
                    .as("fragments, not whole datagrams")
                    .isGreaterThanOrEqualTo(2L * DATAGRAMS * (SIZE / 1500));
        }
    }

    /** Sends a datagram from a port of its own; 1 when its echo came. */
    private static int ask(String from, String vip, int number) throws Exception {
        byte[] sent = new byte[SIZE];
        new Random(number).nextBytes(sent);
        try (DatagramChannel channel = HostSockets.datagrams(network.client(), from, 0)) {
            channel.send(ByteBuffer.wrap(sent), new InetSocketAddress(vip, UDP_PORT));
            channel.socket().setSoTimeout(ANSWER_MILLIS);
            DatagramPacket answer = new DatagramPacket(new byte[8], 8);
            channel.socket().receive(answer);
            ByteBuffer told = ByteBuffer.wrap(answer.getData());
            assertThat(told.getInt()).as("bytes that arrived").isEqualTo(SIZE);
            assertThat(told.getInt()).isEqualTo(java.util.Arrays.hashCode(sent));
        }
        return 1;
    }

    /** Answers each datagram to the VIP with its length and hash. */
    private static DatagramChannel echo(Host host, String vip, int number) throws Exception {
        DatagramChannel channel = HostSockets.datagrams(host, vip, UDP_PORT);
        Thread.ofPlatform()
                .daemon()
                .name("echo-" + number)
                .start(() -> {
                    ByteBuffer buffer = ByteBuffer.allocate(65_536);
                    try {
                        while (true) {
                            SocketAddress from = channel.receive(buffer.clear());
                            byte[] got = new byte[buffer.flip().remaining()];
                            buffer.get(got);
                            ByteBuffer answer = ByteBuffer.allocate(8).putInt(got.length);
                            answer.putInt(java.util.Arrays.hashCode(got)).flip();
                            channel.send(answer, from);
                        }
                    } catch (java.io.IOException e) {
                        // It was closed.
                    }
                });
        return channel;
    }

    @Test
    void aPingOfTheVipIsAnsweredOnceByTheDirectorsHost() throws Exception {
        String config =
                DirectorNetwork.configuration("mh")
                        + DirectorNetwork.service(
                                DirectorNetwork.VIP_V6, 80, "mh", "TCP", "fd00::2", "fd00::3");
        try (RunningDirector director = network.start(config)) {
            Capture answers = network.client().capture("eth0", ECHO_REPLIES);
            for (String vip : List.of(DirectorNetwork.VIP, DirectorNetwork.VIP_V6)) {
                for (int i = 0; i < PINGS; i++) {
                    assertThat(ping(vip)).as("an answer from %s", vip).isTrue();
                }
            }
            // A second answer, from a real server, would come at once.
            Thread.sleep(300);
            assertThat(answers.stop())
                    .hasSize(2 * PINGS)
                    .allMatch(frame -> frame.source() == DirectorNetwork.DIRECTOR_MAC);
            assertThat(director.end("TERM")).isZero();
        }
    }

    private static boolean ping(String vip) throws Exception {
        return NetworkNamespace.in(
                network.client().namespaceFile().toString(),
                () -> InetAddress.ofLiteral(vip).isReachable(ANSWER_MILLIS));
    }
}
