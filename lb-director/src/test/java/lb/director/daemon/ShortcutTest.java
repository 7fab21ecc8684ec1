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
import lb.core.director.Shortcuts;
import lb.director.lab.Host;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bulk connections whose data the kernel hands on past the director, and when it must not. */
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

    @Test
    void bulkDataIsHandedOnAndCountedUntilItIsSwitchedOff() throws Exception {
        String text =
                ONE_SERVER
                        + DirectorNetwork.service(
                                DirectorNetwork.VIP_V6, PORT, "rr", "TCP", "fd00::2", "fd00::3");
        try (RunningDirector director = network.start(text)) {
            for (String vip : List.of(VIP, DirectorNetwork.VIP_V6)) {
                long before = director.handedOn();
                assertThat(Upload.once(network.client(), vip, PORT, LARGE)).isBetween(1, 2);
                assertThat(director.awaitHandedOn(before + LARGE / 65_536 / 2)).isPositive();
            }
            JsonNode stats = awaitAllCounted(director);
            assertThat(stats.path("framesReceived")).isEqualTo(stats.path("framesDecided"));
            for (JsonNode service : stats.path("services")) {
                // The options of SYNs apart, each packet has 72 bytes of headers at most.
                long most = LARGE * 11L / 10 + service.path("packets").asLong() * 72;
                assertThat(service.path("bytes").asLong())
                        .as("nothing is counted twice but what was sent twice")
                        .isLessThan(most);
            }
            assertThat(new LbCommands(director.control()).run("stats"))
                    .contains("of FORWARDED, handed on inside the kernel (shortcut): ");

            director.reload(text + "lb {\n    shortcut off\n}\n", "reloaded ");
            TimeUnit.NANOSECONDS.sleep(3 * Shortcuts.TURN_NANOS);
            long before = director.handedOn();
            network.upload(LARGE);
            TimeUnit.NANOSECONDS.sleep(3 * Shortcuts.TURN_NANOS);
            assertThat(director.handedOn()).as("switched off").isEqualTo(before);
            director.reload(text, "reloaded ");
            // The log had "reloaded" before: it may take effect a moment later.
            for (int tries = 0; director.handedOn() == before; tries++) {
                assertThat(tries).as("uploads after it was switched on").isLessThan(50);
                network.upload(LARGE);
            }
        }
    }

    /** Counts come a moment later: all are in when the bytes of both uploads are. */
    private static JsonNode awaitAllCounted(RunningDirector director) throws Exception {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            JsonNode stats = director.ask("stats");
            boolean all = true;
            for (JsonNode service : stats.path("services")) {
                all &= service.path("bytes").asLong() > LARGE;
            }
            if (all) {
                return stats;
            }
            assertThat(System.nanoTime()).as("all counted: %s", stats).isLessThan(deadlineNanos);
            TimeUnit.MILLISECONDS.sleep(20);
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

    /** The other real server resets what it does not know. */
    @Test
    void aRealServerThatHasMovedOrIsRemovedGetsNoMore() throws Exception {
        String web = VIP + ":" + PORT;
        try (RunningDirector director = network.start(ONE_SERVER)) {
            LbCommands lb = new LbCommands(director.control());
            assertResets(
                    director,
                    () -> {
                        lb.run("add", web, DirectorNetwork.REAL_2);
                        lb.run("remove", web, DirectorNetwork.REAL_1, "--deadline", "0");
                    });
            // The first one has the second one's address now.
            assertResets(director, () -> neighbour("replace", " lladdr 08:00:27:3b:62:f5"));
        } finally {
            neighbour("del", "");
        }
    }

    private static void neighbour(String verb, String at) {
        DirectorNetwork.shell(
                network.director(),
                "ip neighbour " + verb + " " + DirectorNetwork.REAL_2 + " dev eth0" + at);
    }

    private static void assertResets(RunningDirector director, Runnable change) throws Exception {
        try (Upload upload = connect()) {
            long before = director.handedOn();
            CompletableFuture<Integer> result = upload.start(LONG, PAUSE);
            director.awaitHandedOn(before + 10);
            assertThat(result).isNotDone();
            change.run();
            assertThatThrownBy(() -> result.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aRealServerThatDoesNotAnswerInterruptsNobodyElse() throws Exception {
        try (RunningDirector director =
                        network.start(
                                DirectorNetwork.configuration(
                                        "mh", DirectorNetwork.REAL_1, "10.0.205.9 0"));
                Upload upload = connect()) {
            CompletableFuture<Integer> result = upload.start(LONG, PAUSE);
            director.awaitHandedOn(100);
            // It is asked for each second, and with it the other one. On a busy machine the lease
            // may run out for once, too.
            long frames = 1;
            for (int tries = 0; frames != 0 && tries < 3; tries++) {
                long before = byWorkers(director);
                TimeUnit.MILLISECONDS.sleep(2_000);
                frames = byWorkers(director) - before;
            }
            assertThat(frames).as("frames by the workers").isZero();
            assertThat(result).isNotDone();
        }
    }

    private static long byWorkers(RunningDirector director) throws Exception {
        JsonNode stats = director.ask("stats");
        for (JsonNode verdict : stats.path("verdicts")) {
            if (verdict.path("verdict").asText().equals("FORWARDED")) {
                return verdict.path("frames").asLong() - stats.path("handedOn").asLong();
            }
        }
        throw new IllegalStateException("no FORWARDED in " + stats);
    }

    @Test
    void withoutASteeringFilterTheWorkersForward() throws Exception {
        Host host = network.director();
        // Or the host, which hears the frames then, resets the connection.
        DirectorNetwork.shell(
                host,
                "nft 'add table ip deaf; add chain ip deaf in { type filter hook input priority 0; };"
                        + " add rule ip deaf in tcp dport 80 drop'");
        try (RunningDirector director = network.start(ONE_SERVER);
                Upload upload = connect()) {
            CompletableFuture<Integer> result = upload.start(LONG, PAUSE);
            director.awaitHandedOn(10);
            // By another name it is not found, so that the filter cannot come back.
            DirectorNetwork.shell(
                    host, "tc qdisc del dev eth0 clsact; ip link set eth0 name other");
            director.awaitLog("there is no steering filter on eth0");
            TimeUnit.NANOSECONDS.sleep(3 * Shortcuts.TURN_NANOS);
            long before = director.handedOn();
            awaitSent(upload, upload.sent() + 10_000_000);
            assertThat(director.handedOn()).isEqualTo(before);

            DirectorNetwork.shell(host, "ip link set other name eth0");
            director.awaitLog("the steering filter of eth0 is attached again");
            director.awaitHandedOn(before);
            assertThat(result).isNotDone();
        } finally {
            DirectorNetwork.shell(host, "ip link set other name eth0; nft delete table ip deaf");
        }
    }

    private static void awaitSent(Upload upload, long bytes) throws Exception {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (upload.sent() < bytes) {
            assertThat(System.nanoTime()).as("still sending").isLessThan(deadlineNanos);
            TimeUnit.MILLISECONDS.sleep(10);
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
            awaitSent(upload, upload.sent() + 10_000_000);
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
