package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large frames that the kernel hands on past the director, and when it must not. */
@Timeout(120)
class ShortcutTest {
    private static final int LARGE = 60_000_000;

    /** With pauses, so that it lasts as long as a test looks. */
    private static final int LONG = 1_000_000_000;

    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final String VIP = DirectorNetwork.VIP;
    private static final int PORT = DirectorNetwork.PORT;
    private static final String ONE_SERVER =
            DirectorNetwork.configuration("mh", DirectorNetwork.REAL_1);

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
    @ValueSource(strings = {"ring=v2", "ring=v3", "ring=auto", "workers=2"})
    void largeFramesArePassedOverAndCounted(String setting) throws Exception {
        String text =
                DirectorNetwork.configuration("rr")
                        + DirectorNetwork.service(
                                DirectorNetwork.VIP_V6, PORT, "rr", "TCP", "fd00::2", "fd00::3");
        try (RunningDirector director = network.start(text, "--set", setting)) {
            for (String vip : List.of(VIP, DirectorNetwork.VIP_V6)) {
                long before = director.handedOn();
                assertThat(Upload.once(network.client(), vip, PORT, LARGE)).isBetween(1, 2);
                director.awaitHandedOn(before);
            }
            JsonNode stats = awaitAllCounted(director);
            assertThat(stats.path("handedOn").asLong())
                    .as("most of the bytes, though not most of the frames")
                    .isGreaterThan(LARGE / 65_536);
            assertThat(stats.path("framesReceived")).isEqualTo(stats.path("framesDecided"));
            for (JsonNode service : stats.path("services")) {
                long headers = service.path("packets").asLong() * 72;
                assertThat(service.path("bytes").asLong())
                        .as("nothing is counted twice but what was sent twice")
                        .isBetween((long) LARGE, LARGE * 11L / 10 + headers);
            }
        }
    }

    /** Counts come twice a second: all are in when the bytes of both uploads are. */
    private static JsonNode awaitAllCounted(RunningDirector director) throws Exception {
        while (true) {
            JsonNode stats = director.ask("stats");
            boolean all = true;
            for (JsonNode service : stats.path("services")) {
                all &= service.path("bytes").asLong() > LARGE;
            }
            if (all) {
                return stats;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void allFramesGoThroughTheWorkersWhenItIsSwitchedOff() throws Exception {
        try (RunningDirector director = network.start(ONE_SERVER, "--set", "shortcut=off")) {
            network.upload(LARGE);
            assertThat(director.verdict("FORWARDED")).isGreaterThan(LARGE / 65_536);
            assertThat(director.handedOn()).isZero();
        }
        try (RunningDirector director = network.start(ONE_SERVER)) {
            network.upload(LARGE);
            long before = director.awaitHandedOn(0);
            director.reload(ONE_SERVER + "lb {\n    shortcut off\n}\n", "reloaded ");
            TimeUnit.MILLISECONDS.sleep(600);
            before = director.handedOn();
            network.upload(LARGE);
            TimeUnit.MILLISECONDS.sleep(600);
            assertThat(director.handedOn()).isEqualTo(before);
            director.reload(ONE_SERVER, "reloaded ");
            network.upload(LARGE);
            director.awaitHandedOn(before);
        }
    }

    @Test
    void aGateThatClosesStopsIt() throws Exception {
        Path hand = network.directory().resolve("hand");
        Files.writeString(hand, "0");
        String text =
                ONE_SERVER
                        + """
                        vrrp_track_file hand {
                            file %s
                        }
                        vrrp_instance SHOP {
                            interface eth0
                            virtual_router_id 51
                            state MASTER
                            priority 200
                            advert_int 0.1
                            version 3
                            virtual_ipaddress {
                                %s/32
                            }
                            track_file {
                                hand
                            }
                        }
                        """
                                .formatted(hand, VIP);
        try (RunningDirector director = network.start(text)) {
            director.awaitLog("BACKUP -> MASTER");
            try (Upload upload = connect()) {
                CompletableFuture<Integer> result = upload.start(LONG, PAUSE);
                director.awaitHandedOn(10);
                Files.writeString(hand, "-254");
                director.awaitLog("-> FAULT");
                assertStandsStill(upload);
                long before = director.handedOn();
                assertThat(director.verdict("GATE_CLOSED")).isPositive();

                Files.writeString(hand, "0");
                director.awaitHandedOn(before);
                assertThat(result).isNotDone();
            }
        }
    }

    @Test
    void aRealServerThatIsRemovedGetsNoMore() throws Exception {
        try (RunningDirector director = network.start(ONE_SERVER);
                Upload upload = connect()) {
            CompletableFuture<Integer> result = upload.start(LONG, PAUSE);
            director.awaitHandedOn(10);
            LbCommands lb = new LbCommands(director.control());
            lb.run("add", VIP + ":" + PORT, DirectorNetwork.REAL_2);
            lb.run("remove", VIP + ":" + PORT, DirectorNetwork.REAL_1);
            // The other one resets what it does not know.
            assertThatThrownBy(() -> result.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aRealServerThatMovesIsFollowed() throws Exception {
        try (RunningDirector director = network.start(ONE_SERVER);
                Upload upload = connect()) {
            CompletableFuture<Integer> result = upload.start(LONG, PAUSE);
            director.awaitHandedOn(10);
            DirectorNetwork.shell(
                    network.director(),
                    "ip neighbour replace 10.0.205.2 lladdr 08:00:27:3b:62:f6 dev eth0 nud"
                            + " permanent");
            assertThatThrownBy(() -> result.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
        } finally {
            DirectorNetwork.shell(network.director(), "ip neighbour del 10.0.205.2 dev eth0; true");
        }
    }

    @Test
    void aDirectorThatIsStoppedStopsItAndOneThatIsKilledDoesAtOnce() throws Exception {
        try (RunningDirector director = network.start(ONE_SERVER);
                Upload upload = connect()) {
            CompletableFuture<Integer> result = upload.start(LONG, PAUSE);
            director.awaitHandedOn(10);
            director.signal("STOP");
            // The lease, which may have begun this moment.
            TimeUnit.MILLISECONDS.sleep(1_000);
            assertStandsStill(upload);
            director.signal("CONT");
            long before = upload.sent();
            while (upload.sent() < before + 10_000_000) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            director.awaitHandedOn(director.handedOn());
            director.kill();
            assertStandsStill(upload);
            assertThat(result).isNotDone();
        }
        LbProgram.run(network.director(), "cleanup");
    }

    /** Once what fits in buffers is on its way, nothing moves any more. */
    private static void assertStandsStill(Upload upload) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(150);
        long before = upload.sent();
        TimeUnit.MILLISECONDS.sleep(400);
        assertThat(upload.sent()).isEqualTo(before);
    }

    private static Upload connect() throws Exception {
        return Upload.connect(network.client(), VIP, PORT);
    }
}
