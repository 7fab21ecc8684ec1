package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import lb.director.control.ControlClient;
import lb.director.control.ControlException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Drain, weights, adding and removing by command, under traffic. */
@Timeout(120)
class RuntimeChangesTest {
    private static final String VIP = DirectorNetwork.VIP;
    private static final int PORT = DirectorNetwork.PORT;
    private static final String WEB = VIP + ":" + PORT;
    private static final String REAL_1 = DirectorNetwork.REAL_1;
    private static final String REAL_2 = DirectorNetwork.REAL_2;

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

    private static List<Integer> uploads(int count) throws Exception {
        List<Integer> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(network.upload(1_000));
        }
        return servers;
    }

    /** A connection to the real server with a number. */
    private static Upload connectedTo(int server) throws Exception {
        while (true) {
            Upload upload = Upload.connect(network.client(), VIP, PORT);
            if (upload.send(1_000) == server) {
                return upload;
            }
            upload.close();
        }
    }

    private static JsonNode await(RunningDirector director, Predicate<JsonNode> done)
            throws Exception {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (true) {
            JsonNode service = director.ask("services").path("services").get(0);
            if (done.test(service)) {
                return service;
            }
            assertThat(System.nanoTime()).as("in time: " + service).isLessThan(deadlineNanos);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Test
    void aConnectionSurvivesDrainWhileNewOnesGoElsewhereUntilTheDeadlineEndsIt() throws Exception {
        try (RunningDirector director = network.start(DirectorNetwork.configuration("rr"));
                Upload established = connectedTo(1)) {
            LbCommands lb = new LbCommands(director.control());
            assertThat(lb.run("drain", WEB, REAL_1)).isEmpty();
            assertThat(uploads(4)).containsOnly(2);
            assertThat(established.send(1_000_000)).isEqualTo(1);
            assertThat(lb.run("services"))
                    .containsPattern("-> 10\\.0\\.205\\.2:80 +Route +0 +1 +\\d+ +\\* draining")
                    .contains("lb overrides clear");
            assertThat(lb.run("overrides")).containsPattern("10\\.0\\.205\\.2:80 +draining +-");

            assertThat(lb.run("undrain", WEB, REAL_1)).isEmpty();
            assertThat(uploads(4)).contains(1, 2);
            assertThat(lb.run("overrides")).isEqualTo("Service  RealServer  Override  Deadline\n");

            lb.run("drain", "tcp:" + VIP, REAL_1 + ":80", "--deadline", "1s");
            await(director, service -> service.path("realServers").size() == 1);
            assertThat(lb.run("overrides")).containsPattern("10\\.0\\.205\\.2:80 +removed");
            assertThat(uploads(3)).containsOnly(2);
            assertEnds(established);
        }
    }

    /** The other real server resets what it does not know. */
    private static void assertEnds(Upload established) throws InterruptedException {
        try {
            established.send(1_000_000);
        } catch (IOException expected) {
            assertThat(expected).hasMessageContaining("reset");
            return;
        }
        throw new AssertionError("the connection outlived its deadline");
    }

    @Test
    void aRemovedRealServerKeepsItsConnectionsUntilTheDeadlineAndUdpMovesAtOnce() throws Exception {
        String text =
                DirectorNetwork.configuration("rr")
                        + DirectorNetwork.service(
                                VIP, NumberedEcho.PORT, "rr", "UDP", REAL_1, REAL_2);
        try (DatagramChannel one = NumberedEcho.listen(network.realServer(1), 1);
                DatagramChannel two = NumberedEcho.listen(network.realServer(2), 2);
                DatagramChannel client = HostSockets.datagrams(network.client(), "10.0.200.22", 0);
                RunningDirector director = network.start(text);
                Upload established = connectedTo(1)) {
            assertThat(one.isOpen() && two.isOpen()).isTrue();
            LbCommands lb = new LbCommands(director.control());
            int before = NumberedEcho.ask(client);
            String its = before == 1 ? REAL_1 : REAL_2;
            assertThat(NumberedEcho.ask(client)).isEqualTo(before);
            lb.run("remove", "udp:" + VIP, its, "--deadline", "1h");
            lb.run("remove", WEB, REAL_1, "--deadline", "1h");

            assertThat(NumberedEcho.ask(client)).as("UDP moves at once").isEqualTo(3 - before);
            assertThat(established.send(1_000_000)).isEqualTo(1);
            assertThat(uploads(3)).containsOnly(2);
            JsonNode web = await(director, service -> true);
            assertThat(web.path("realServers")).hasSize(1);
            assertThat(web.path("leaving").get(0).path("activeConnections").asInt()).isEqualTo(1);
            assertThat(lb.run("services")).contains("10.0.205.2:80", "* leaving");
            assertThat(lb.run("ipvsadm", "-Ln", "-t", WEB)).doesNotContain("10.0.205.2:80");

            director.reload(text, "reloaded ");
            assertThat(established.send(1_000_000)).as("after a reload").isEqualTo(1);
            assertThat(uploads(2)).containsOnly(2);

            lb.run("undrain", WEB, REAL_1);
            assertThat(established.send(1_000_000)).isEqualTo(1);
            lb.run("remove", WEB, REAL_1, "--deadline", "1");
            await(director, service -> service.path("leaving").isEmpty());
            assertEnds(established);
        }
    }

    @Test
    void weightsAndAddedRealServersTakeEffectAndStayOverAReloadUntilCleared() throws Exception {
        String one = DirectorNetwork.configuration("wrr", REAL_1);
        try (RunningDirector director = network.start(one)) {
            LbCommands lb = new LbCommands(director.control());
            assertThat(uploads(2)).containsOnly(1);
            lb.run("add", WEB, REAL_2, "-w", "3");
            assertThat(uploads(8)).containsExactlyInAnyOrder(1, 1, 2, 2, 2, 2, 2, 2);
            lb.run("weight", WEB, REAL_1, "0");
            assertThat(uploads(3)).containsOnly(2);

            director.reload(one + "# another text\n", "reloaded ");
            assertThat(uploads(3)).containsOnly(2);
            assertThat(lb.run("services")).contains("* weight 0", "* weight 3");

            lb.run("overrides", "clear", WEB, REAL_1);
            assertThat(uploads(4)).contains(1, 2);
            lb.run("overrides", "clear");
            assertThat(uploads(3)).containsOnly(1);
            assertThat(lb.run("services")).doesNotContain("*");

            lb.run("weight", WEB, REAL_1, "5");
            director.reload(
                    DirectorNetwork.configuration("wrr", REAL_2),
                    "the override of 10.0.205.2 in TCP 10.0.205.100:80 goes with it");
            assertThat(uploads(2)).containsOnly(2);
        }
    }

    @Test
    void whatCannotBeDoneIsSaidInOneLineWithItsExitCode() throws Exception {
        try (RunningDirector director = network.start(DirectorNetwork.configuration("mh"))) {
            LbCommands lb = new LbCommands(director.control());
            assertThat(lb.fail(1, "drain", WEB, "10.0.205.9"))
                    .isEqualTo(
                            "lb: TCP 10.0.205.100:80 has no real server 10.0.205.9; it has: 10.0.205.2, 10.0.205.3\n");
            assertThat(lb.fail(1, "weight", "10.0.0.1:80", REAL_1, "1"))
                    .isEqualTo(
                            "lb: there is no virtual service 10.0.0.1:80; there are: TCP 10.0.205.100:80\n");
            assertThat(lb.fail(2, "weight", WEB, REAL_1, "70000"))
                    .contains("'70000' is no weight: 0 (no new connections) to 65535");
            assertThat(lb.fail(2, "drain", WEB, REAL_1, "--deadline", "soon"))
                    .contains("'soon' is no time; write 90, 90s, 5m, 2h or 1d");
            assertThat(lb.fail(2, "drain", WEB)).contains("Missing required parameter: 'REAL'");
            assertThat(lb.fail(1, "zero", "10.0.0.1")).contains("no virtual service 10.0.0.1");
            assertThat(lb.fail(1, "ipvsadm", "-E", "-t", WEB, "-s", "magic"))
                    .contains("there is no scheduler 'magic'; known are ");
            assertThat(lb.run("overrides")).hasLineCount(1);

            assertThat(refused(director, List.of())).contains("at least one change");
            assertThat(refused(director, List.of(Map.of("change", "frob"))))
                    .startsWith("change 1: ")
                    .contains("'frob'", "set-weight");
            Map<String, Object> clear = Map.of("change", "remove-all-services");
            Map<String, Object> gap = Map.of("change", "drain", "service", WEB);
            assertThat(refused(director, List.of(clear, gap)))
                    .isEqualTo("change 2: the field 'realServer' is missing");
            Map<String, Object> unknown =
                    Map.of("change", "drain", "service", WEB, "realServer", "10.0.205.9");
            assertThat(refused(director, List.of(unknown, clear)))
                    .startsWith("change 1: TCP 10.0.205.100:80 has no real server");
            assertThat(uploads(2)).as("nothing was changed").isSubsetOf(1, 2);

            assertThat(lb.run("drain", WEB, REAL_1)).isEmpty();
            assertThat(lb.lastError())
                    .contains("mh without mh-fallback: new clients that hash to 10.0.205.2");
        }
    }

    private static String refused(RunningDirector director, List<?> changes) throws Exception {
        try (ControlClient client = ControlClient.connect(director.control())) {
            var answer = client.ask("change", Map.of("changes", changes), _ -> {});
            throw new AssertionError("it was done: " + answer);
        } catch (ControlException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
