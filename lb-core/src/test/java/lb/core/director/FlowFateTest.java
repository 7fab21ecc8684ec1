package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.connection.ConnectionState;
import lb.core.forward.DirectRouting;
import lb.core.service.RealServer;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a flow over several frames: hash first, the kernel's settings, a full table. */
class FlowFateTest {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final ServiceKey WEB = TestDirector.tcp("10.0.205.100", 80);

    private final FrameBuilder frame = new FrameBuilder();
    private TestDirector director = new TestDirector(DirectorSettings.DEFAULT);

    private static DirectorSettings settings(boolean expireNodest, SloppyTcp sloppy, int reuse) {
        return new DirectorSettings(
                new DirectRouting(false, false), expireNodest, true, sloppy, reuse);
    }

    private Verdict send(int client, int flags) {
        IpAddress from = IpAddress.ofIpv4(0x0a010000 + (client >>> 14));
        return director.receive(frame.tcp(from, 1_024 + (client & 0x3fff), VIP, 80, flags));
    }

    private IpAddress serverOf(int client, int flags) {
        assertThat(send(client, flags)).isEqualTo(Verdict.FORWARDED);
        return director.lastServer();
    }

    private void serve(String scheduler, int... weights) {
        director.serve(WEB, scheduler, Set.of(), weights);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mh", "sh", "dh"})
    void aComputedSynMakesNoEntryAndTheFirstLaterSegmentDoes(String scheduler) {
        serve(scheduler, 1, 1, 1);
        IpAddress chosen = serverOf(1, Tcp.SYN);
        assertThat(director.liveConnections()).isEmpty();
        assertThat(serverOf(1, Tcp.ACK)).isEqualTo(chosen);
        assertThat(director.liveConnections())
                .singleElement()
                .satisfies(connection ->
                        assertThat(connection.state()).isEqualTo(ConnectionState.ESTABLISHED));
        assertThat(serverOf(1, Tcp.ACK)).isEqualTo(chosen);
        assertThat(director.table().get(WEB).traffic().connections())
                .as("one connection, counted once")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(SloppyTcp.class)
    void aComputedConnectionLivesUnderEachValueOfSloppyTcp(SloppyTcp sloppy) {
        director = new TestDirector(settings(true, sloppy, 1));
        serve("mh", 1, 1, 1);
        for (int client = 0; client < 50; client++) {
            IpAddress chosen = serverOf(client, Tcp.SYN);
            assertThat(serverOf(client, Tcp.RST))
                    .as("a reset right after the SYN")
                    .isEqualTo(chosen);
            assertThat(serverOf(client, Tcp.SYN)).isEqualTo(chosen);
            assertThat(serverOf(client, Tcp.ACK)).isEqualTo(chosen);
            assertThat(serverOf(client, Tcp.ACK | Tcp.FIN)).isEqualTo(chosen);
        }
        assertThat(director.liveConnections()).hasSize(50);
    }

    @ParameterizedTest(name = "sloppy_tcp {0}, {1}: an ACK is {2}, a RST is {3}")
    @CsvSource({
        "OFF, rr, NO_CONNECTION, NO_CONNECTION",
        "OFF, mh, NO_CONNECTION, NO_CONNECTION",
        "ON, rr, FORWARDED, NO_CONNECTION",
        "ON, mh, FORWARDED, FORWARDED",
        "AUTO, rr, NO_CONNECTION, NO_CONNECTION",
        "AUTO, mh, FORWARDED, FORWARDED"
    })
    void segmentsOfUnknownConnections(
            SloppyTcp sloppy, String scheduler, Verdict ack, Verdict reset) {
        director = new TestDirector(settings(true, sloppy, 1));
        serve(scheduler, 1);
        assertThat(send(1, Tcp.ACK)).isEqualTo(ack);
        assertThat(send(2, Tcp.RST)).isEqualTo(reset);
    }

    @Test
    void expireNodestConnOffDropsAndOnSchedulesAnew() {
        director = new TestDirector(settings(false, SloppyTcp.ON, 1));
        serve("rr", 1);
        serverOf(1, Tcp.SYN);
        director.serve(WEB, "rr", Set.of());
        assertThat(send(1, Tcp.ACK)).isEqualTo(Verdict.REAL_SERVER_GONE);
        director.director.onReplaceSettings(settings(true, SloppyTcp.OFF, 1));
        assertThat(send(1, Tcp.ACK)).as("expired, but no SYN").isEqualTo(Verdict.NO_CONNECTION);
        assertThat(director.liveConnections()).isEmpty();
        assertThat(send(1, Tcp.SYN)).isEqualTo(Verdict.NO_REAL_SERVER);
    }

    @Test
    void aConnectionThatLostItsServerGoesToAnotherAtOnceByDefault() {
        serve("rr", 1, 1);
        IpAddress lost = serverOf(1, Tcp.SYN);
        serverOf(1, Tcp.ACK);
        boolean first = lost.toString().endsWith(".1");
        serve("rr", first ? 0 : 1, first ? 1 : 0);
        assertThat(serverOf(1, Tcp.ACK)).as("quiesced: stays").isEqualTo(lost);
        director.replace(
                java.util.List.of(
                        new lb.core.service.ServiceDefinition(
                                WEB,
                                "rr",
                                Set.of(),
                                java.util.List.of(
                                        new lb.core.service.RealServerDefinition(
                                                IpAddress.parse("10.0.206.9"), 80, 1)))));
        assertThat(serverOf(1, Tcp.ACK)).hasToString("10.0.206.9");
        assertThat(director.liveConnections()).hasSize(1);
    }

    @ParameterizedTest(name = "conn_reuse_mode {0}: a SYN on {1} is scheduled anew: {2}")
    @CsvSource({
        "0, TIME_WAIT, false", "0, CLOSE, false", "0, FIN_WAIT, false", "0, ESTABLISHED, false",
        "1, TIME_WAIT, true", "1, CLOSE, true", "1, FIN_WAIT, false", "1, ESTABLISHED, false",
        "2, TIME_WAIT, true", "2, CLOSE, true", "2, FIN_WAIT, true", "2, ESTABLISHED, false",
        "3, TIME_WAIT, true", "3, CLOSE, true", "3, FIN_WAIT, true", "3, ESTABLISHED, false"
    })
    void reuseOfAKnownConnection(int mode, ConnectionState state, boolean anew) {
        director = new TestDirector(settings(false, SloppyTcp.OFF, mode));
        serve("rr", 1, 1);
        IpAddress first = serverOf(1, Tcp.SYN);
        switch (state) {
            case TIME_WAIT -> send(1, Tcp.FIN);
            case CLOSE -> {
                send(1, Tcp.ACK);
                send(1, Tcp.RST);
            }
            case FIN_WAIT -> {
                send(1, Tcp.ACK);
                send(1, Tcp.FIN);
            }
            default -> send(1, Tcp.ACK);
        }
        assertThat(director.liveConnections())
                .singleElement()
                .satisfies(connection -> assertThat(connection.state()).isEqualTo(state));
        assertThat(serverOf(1, Tcp.SYN).equals(first)).isEqualTo(!anew);
        assertThat(director.liveConnections()).hasSize(1);
    }

    @ParameterizedTest(
            name =
                    "expire_nodest_conn {0}, conn_reuse_mode {1}: a SYN leaves a quiesced server: {2}")
    @CsvSource({"true, 1, true", "false, 1, false", "true, 0, false"})
    void aSynOfAKnownConnectionOfAQuiescedServer(boolean expireNodest, int mode, boolean leaves) {
        director = new TestDirector(settings(expireNodest, SloppyTcp.OFF, mode));
        serve("rr", 1, 1);
        IpAddress first = serverOf(1, Tcp.SYN);
        send(1, Tcp.ACK);
        serve(
                "rr",
                first.toString().endsWith(".1") ? 0 : 1,
                first.toString().endsWith(".2") ? 0 : 1);
        assertThat(serverOf(1, Tcp.SYN).equals(first)).isEqualTo(!leaves);
    }

    /**
     * One-packet flows from random sources, 60 times what the table holds, while 1,000 connections
     * send.
     */
    @ParameterizedTest
    @ValueSource(strings = {"rr", "mh"})
    void aFloodMovesNoEstablishedConnection(String scheduler) {
        int maximum = 5_000;
        director = new TestDirector(DirectorSettings.DEFAULT, maximum);
        serve(scheduler, 1, 1, 1, 1);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(300_000);
        Map<Integer, IpAddress> homes = new HashMap<>();
        for (int client = 0; client < 1_000; client++) {
            homes.put(client, serverOf(client, Tcp.SYN));
        }
        for (int round = 0; round < 3; round++) {
            director.advanceMillis(1_100);
            homes.forEach((client, home) -> assertThat(serverOf(client, Tcp.ACK)).isEqualTo(home));
        }
        for (int i = 0; i < 300_000; i++) {
            // Mid-flow segments make entries under mh, where a SYN would not.
            assertThat(
                            send(
                                            0x100000 + random.nextInt(0x3000000),
                                            scheduler.equals("mh") ? Tcp.ACK : Tcp.SYN)
                                    == Verdict.FORWARDED)
                    .isTrue();
            if (i == 150_000) {
                serve(scheduler, 1, 1, 1, 1, 1);
            }
            if (i % 20_000 == 19_999) {
                director.advanceMillis(1_100);
                homes.forEach((client, home) ->
                        assertThat(serverOf(client, Tcp.ACK))
                                .as("client %d", client)
                                .isEqualTo(home));
            }
        }
        director.connections.cleanUp();
        assertThat(director.connections.size()).isLessThanOrEqualTo(maximum);
        assertThat(director.director.verdicts().count(Verdict.NO_CONNECTION)).isZero();
        int counted = 0;
        for (RealServer server : director.table().get(WEB).realServers()) {
            counted += server.activeConnections() + server.inactiveConnections();
        }
        assertThat(counted).isEqualTo((int) director.connections.size());
    }

    @Test
    void aFloodOfSynsUnderMhFillsNothing() {
        director = new TestDirector(DirectorSettings.DEFAULT, 1_000);
        serve("mh", 1, 1);
        for (int client = 0; client < 20_000; client++) {
            send(client, Tcp.SYN);
        }
        assertThat(director.connections.size()).isZero();
        assertThat(director.director.verdicts().count(Verdict.FORWARDED)).isEqualTo(20_000);
    }
}
