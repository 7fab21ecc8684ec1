package lb.director.control;

import static lb.director.control.RawClient.connect;
import static lb.director.control.RawClient.error;
import static lb.director.control.RawClient.line;
import static lb.director.control.RawClient.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The control server on real sockets, with a real director behind it. */
@Timeout(60)
class ControlServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final ControlLimits SHORT =
            new ControlLimits(3, 1000, Duration.ofMillis(300), Duration.ofSeconds(20));

    @TempDir private Path directory;

    private final LiveDirector director = LiveDirector.web();

    private Path path() {
        return directory.resolve("control.sock");
    }

    private ControlServer start() throws ControlException {
        return start(ControlLimits.DEFAULT);
    }

    private ControlServer start(ControlLimits limits) throws ControlException {
        return ControlServer.start(path(), ControlCommands.of(director), limits);
    }

    @Test
    void aRequestLineGetsAnAnswerLine() throws Exception {
        try (ControlServer _ = start();
                SocketChannel client = connect(path())) {
            send(client, "{\"command\":\"status\"}\n");

            JsonNode answer = JSON.readTree(line(client));
            assertThat(answer.path("ok").booleanValue()).isTrue();
            assertThat(answer.path("result").path("pid").intValue()).isEqualTo(4711);
            assertThat(answer.path("result").path("vips").get(1).textValue())
                    .isEqualTo("fd00::100");
        }
    }

    @Test
    void aClientThatClosesItsHalfStillGetsAllAnswersInOrder() throws Exception {
        try (ControlServer _ = start();
                SocketChannel client = connect(path())) {
            send(
                    client,
                    "{\"command\":\"status\"}\n{\"command\":\"neighbours\"}\n{\"command\":\"nonsense\"}\n");
            client.shutdownOutput();

            assertThat(line(client)).contains("\"version\":\"1.2.3\"");
            assertThat(line(client)).contains("08:00:27:3b:62:f5");
            assertThat(line(client)).contains("\"ok\":false");
            assertThat(line(client)).isNull();
        }
    }

    @Test
    void anUnknownCommandIsAnsweredWithTheKnownOnes() throws Exception {
        try (ControlServer _ = start();
                SocketChannel client = connect(path())) {
            send(client, "{\"command\":\"fly\"}\n");

            assertThat(error(client))
                    .isEqualTo(
                            "unknown command 'fly'; known are connections neighbours services stats status vrrp");
        }
    }

    @Test
    void whatIsNoRequestIsAnsweredWithWhatARequestIs() throws Exception {
        try (ControlServer _ = start();
                SocketChannel client = connect(path())) {
            for (String line : List.of("", "[]", "7", "{}", "{\"command\":7}", "null")) {
                send(client, line + "\n");
                assertThat(error(client))
                        .as(line)
                        .startsWith("a request is one JSON object in a line");
            }
            for (String line :
                    List.of("{", "{\"command\"", "nonsense", "{} {}", "\u0000", "{\"a\":1e}")) {
                send(client, line + "\n");
                assertThat(error(client)).as(line).startsWith("malformed request: ");
            }
            send(client, "{\"command\":\"status\"}\n");
            assertThat(line(client)).startsWith("{\"ok\":true");
        }
    }

    @Test
    void deepNestingIsRefusedNotFollowed() throws Exception {
        try (ControlServer _ = start();
                SocketChannel client = connect(path())) {
            send(client, "[".repeat(60_000) + "\n");

            assertThat(error(client)).startsWith("malformed request: ");
        }
    }

    @Test
    void anOverlongLineIsRefusedAndTheConnectionClosed() throws Exception {
        try (ControlServer _ = start(SHORT);
                SocketChannel client = connect(path())) {
            send(client, "x".repeat(1001));

            assertThat(error(client)).isEqualTo("a request has at most 1000 bytes");
            assertThat(line(client)).isNull();
        }
    }

    @Test
    void randomLinesNeverEndTheServer() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String valid = "{\"command\":\"status\",\"x\":[1,2.5,\"\\u00e4\",null,true]}";
        try (ControlServer _ = start()) {
            for (int i = 0; i < 300; i++) {
                try (SocketChannel client = connect(path())) {
                    ByteBuffer line = ByteBuffer.wrap(mutated(valid, random));
                    client.write(line);
                    send(client, "\n{\"command\":\"status\"}\n");
                    String last = null;
                    client.shutdownOutput();
                    for (String answer = line(client); answer != null; answer = line(client)) {
                        JSON.readTree(answer);
                        last = answer;
                    }
                    assertThat(last).as("seed %d, round %d", seed, i).contains("\"pid\":4711");
                }
            }
        }
    }

    private static byte[] mutated(String valid, Random random) {
        byte[] bytes = valid.getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(4) == 0) {
            bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            return bytes;
        }
        for (int change = random.nextInt(4); change >= 0; change--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextBoolean() ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }

    @Test
    void oneConnectionTooManyIsToldSo() throws Exception {
        try (ControlServer _ =
                        start(
                                new ControlLimits(
                                        2, 1000, Duration.ofMinutes(1), Duration.ofMinutes(1)));
                SocketChannel first = connect(path());
                SocketChannel second = connect(path());
                SocketChannel third = connect(path())) {
            assertThat(error(third)).isEqualTo("2 control connections are open already; close one");
            assertThat(line(third)).isNull();
            assertThatThrownBy(() -> ControlClient.connect(path()).ask("status"))
                    .isInstanceOf(ControlException.class)
                    .hasMessage("2 control connections are open already; close one");

            first.close();
            send(second, "{\"command\":\"status\"}\n");
            assertThat(line(second)).startsWith("{\"ok\":true");
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        try (ControlServer _ = start(SHORT);
                SocketChannel client = connect(path())) {
            assertThat(line(client)).isNull();
        }
    }

    @Test
    void aCommandThatRefusesOrFailsIsAnswered() throws Exception {
        List<ControlCommand> commands =
                List.of(
                        AdHocCommand.of(
                                "refuse",
                                (_, _) -> {
                                    throw new ControlException("no such service");
                                }),
                        AdHocCommand.of(
                                "fail",
                                (_, _) -> {
                                    throw new IllegalStateException("secret");
                                }),
                        AdHocCommand.of(
                                "half",
                                (_, out) -> {
                                    out.row(1);
                                    throw new ControlException("gone half way");
                                }));
        try (ControlServer _ = ControlServer.start(path(), commands, ControlLimits.DEFAULT);
                ControlClient client = ControlClient.connect(path())) {
            assertThatThrownBy(() -> client.ask("refuse")).hasMessage("no such service");
            assertThatThrownBy(() -> client.ask("fail"))
                    .hasMessage("the director failed on this command; its log says why");
            assertThatThrownBy(() -> client.ask("half")).hasMessage("gone half way");
        }
    }

    @Test
    void argumentsReachTheCommand() throws Exception {
        ControlCommand echo =
                AdHocCommand.of("echo", (request, out) -> out.result(request.path("weight")));
        try (ControlServer _ = ControlServer.start(path(), List.of(echo), ControlLimits.DEFAULT);
                ControlClient client = ControlClient.connect(path())) {
            assertThat(client.ask("echo", Map.of("weight", 5), _ -> {}).intValue()).isEqualTo(5);
        }
    }
}
