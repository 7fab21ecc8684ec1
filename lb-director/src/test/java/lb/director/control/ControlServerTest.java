package lb.director.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
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

    private final LiveDirector director =
            new LiveDirector(
                    LiveDirector.service(
                            Protocol.TCP,
                            "10.0.205.100",
                            80,
                            "rr",
                            Set.of(),
                            Persistence.NONE,
                            false,
                            LiveDirector.realServer("10.0.205.2", 80, 1),
                            LiveDirector.realServer("10.0.205.3", 80, 1)));

    private Path path() {
        return directory.resolve("control.sock");
    }

    private ControlServer start() throws ControlException {
        return start(ControlLimits.DEFAULT);
    }

    private ControlServer start(ControlLimits limits) throws ControlException {
        return ControlServer.start(path(), ControlCommands.of(director), limits);
    }

    /** A client without manners. */
    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path()));
    }

    private static void send(SocketChannel to, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** The next line, without its end; null at the end of the stream. */
    private static String line(SocketChannel from) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = Channels.newInputStream(from);
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return text.toString();
            }
            text.append((char) c);
        }
        return null;
    }

    private static String error(SocketChannel from) throws IOException {
        JsonNode answer = JSON.readTree(line(from));
        assertThat(answer.path("ok").booleanValue()).isFalse();
        return answer.path("error").textValue();
    }

    private static Throwable catchFrom(ThrowingAction action) {
        try {
            action.run();
        } catch (Exception e) {
            return e;
        }
        throw new AssertionError("nothing was thrown");
    }

    private interface ThrowingAction {
        void run() throws Exception;
    }

    @Test
    void theSocketIsForItsOwnUserOnly() throws Exception {
        try (ControlServer server = start()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path())))
                    .isEqualTo("rw-------");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aRequestLineGetsAnAnswerLine() throws Exception {
        try (ControlServer _ = start();
                SocketChannel client = connect()) {
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
                SocketChannel client = connect()) {
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
                SocketChannel client = connect()) {
            send(client, "{\"command\":\"fly\"}\n");

            assertThat(error(client))
                    .isEqualTo(
                            "unknown command 'fly'; known are connections neighbours services stats status vrrp");
        }
    }

    @Test
    void whatIsNoRequestIsAnsweredWithWhatARequestIs() throws Exception {
        try (ControlServer _ = start();
                SocketChannel client = connect()) {
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
                SocketChannel client = connect()) {
            send(client, "[".repeat(60_000) + "\n");

            assertThat(error(client)).startsWith("malformed request: ");
        }
    }

    @Test
    void anOverlongLineIsRefusedAndTheConnectionClosed() throws Exception {
        try (ControlServer _ = start(SHORT);
                SocketChannel client = connect()) {
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
                try (SocketChannel client = connect()) {
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
        return random.nextBoolean()
                ? bytes
                : java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }

    @Test
    void oneConnectionTooManyIsToldSo() throws Exception {
        try (ControlServer _ =
                        start(
                                new ControlLimits(
                                        2, 1000, Duration.ofMinutes(1), Duration.ofMinutes(1)));
                SocketChannel first = connect();
                SocketChannel second = connect();
                SocketChannel third = connect()) {
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
                SocketChannel client = connect()) {
            assertThat(line(client)).isNull();
        }
    }

    @Test
    void theSocketOfADeadDirectorIsReplaced() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path()));
        }
        assertThat(path()).exists();

        try (ControlServer _ = start();
                ControlClient client = ControlClient.connect(path())) {
            assertThat(client.ask("status").path("pid").intValue()).isEqualTo(4711);
            assertThat(directory).isDirectoryContaining(file -> file.equals(path()));
            assertThat(directory.toFile().list()).hasSize(1);
        }
    }

    @Test
    void theSocketOfALivingDirectorIsLeftAlone() throws Exception {
        try (ControlServer _ = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(AnotherDirectorException.class)
                    .hasMessage(
                            "another lb answers on "
                                    + path()
                                    + "; use --control PATH for a second one");

            try (ControlClient client = ControlClient.connect(path())) {
                assertThat(client.ask("status").path("pid").intValue()).isEqualTo(4711);
            }
        }
    }

    @Test
    void aSocketThatHasBecomeAnothersIsLeftAloneAtTheEnd() throws Exception {
        try (ControlServer first = start()) {
            Files.delete(path());
            try (ControlServer _ = start()) {
                first.close();
                try (ControlClient client = ControlClient.connect(path())) {
                    assertThat(client.ask("status").path("pid").intValue()).isEqualTo(4711);
                }
            }
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws Exception {
        Files.writeString(path(), "precious");

        assertThatThrownBy(this::start)
                .isExactlyInstanceOf(ControlException.class)
                .hasMessageContaining(path() + " is there and is no socket");
        assertThat(path()).hasContent("precious");
    }

    @Test
    void aDirectoryThatIsMissingAndAPathThatIsTooLongAreNamed() {
        Path missing = directory.resolve("none/control.sock");
        assertThatThrownBy(() -> ControlServer.start(missing, List.of(), ControlLimits.DEFAULT))
                .isExactlyInstanceOf(ControlException.class)
                .hasMessageContaining("the directory " + directory.resolve("none"));

        Path tooLong = directory.resolve("x".repeat(100));
        assertThatThrownBy(() -> ControlServer.start(tooLong, List.of(), ControlLimits.DEFAULT))
                .isExactlyInstanceOf(ControlException.class)
                .hasMessageContaining("more than the 97 that there is room for");
    }

    @Test
    void twoHundredThousandConnectionsAreStreamedAtTheClientsPace() throws Exception {
        int count = 200_000;
        IpAddress vip = IpAddress.parse("10.0.205.100");
        for (int i = 0; i < count; i++) {
            director.tcp(IpAddress.ofIpv4(0x0a640000 + i / 4), 1024 + i % 4, vip, 80, Tcp.SYN);
        }
        AtomicLong written = new AtomicLong();
        try (ControlServer _ =
                        ControlServer.start(
                                path(),
                                List.of(counting(written), statusOf()),
                                ControlLimits.DEFAULT);
                ControlClient slow = ControlClient.connect(path());
                ControlClient other = ControlClient.connect(path())) {
            Set<String> seen = new HashSet<>();
            List<Integer> pieces = new ArrayList<>();
            JsonNode result =
                    slow.ask(
                            "connections",
                            Map.of(),
                            rows -> {
                                if (pieces.isEmpty()) {
                                    long ahead = rowsWhileNobodyReads(written);
                                    // What fits into the two socket buffers and two pieces, at some
                                    // 200 bytes a row.
                                    assertThat(ahead).isLessThan(10_000);
                                    assertStatusIsAnswered(other);
                                }
                                pieces.add(rows.size());
                                rows.forEach(row ->
                                        seen.add(
                                                row.path("sourceAddress").textValue()
                                                        + row.path("sourcePort")));
                            });

            assertThat(seen).hasSize(count);
            assertThat(pieces).hasSizeGreaterThan(500).allMatch(size -> size <= 400);
            assertThat(result.path("rows").intValue()).isEqualTo(count);
        }
    }

    @Test
    void aLongAnswerReachesAClientThatClosedItsHalf() throws Exception {
        CountDownLatch halfClosed = new CountDownLatch(1);
        ControlCommand numbers =
                command(
                        "numbers",
                        (_, out) -> {
                            await(halfClosed);
                            for (int i = 0; i < 1_000_000; i++) {
                                out.row(i);
                            }
                            out.result(1_000_000);
                        });
        try (ControlServer _ =
                        ControlServer.start(path(), List.of(numbers), ControlLimits.DEFAULT);
                SocketChannel client = connect()) {
            send(client, "{\"command\":\"numbers\"}\n");
            client.shutdownOutput();
            // First the server hears of it, then the answer begins, then the socket's buffer is
            // full.
            Thread.sleep(300);
            halfClosed.countDown();
            Thread.sleep(300);

            String last = null;
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    Channels.newInputStream(client), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                last = line;
            }
            assertThat(last).isEqualTo("{\"ok\":true,\"result\":1000000}");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ControlCommand counting(AtomicLong rows) {
        ControlCommand connections = command("connections");
        return command(
                "connections",
                (request, out) ->
                        connections.run(
                                request,
                                new ResultWriter() {
                                    @Override
                                    public void row(Object row) {
                                        rows.incrementAndGet();
                                        out.row(row);
                                    }

                                    @Override
                                    public void result(Object result) {
                                        out.result(result);
                                    }
                                }));
    }

    private ControlCommand statusOf() {
        return command("status");
    }

    private ControlCommand command(String name) {
        return ControlCommands.of(director).stream()
                .filter(command -> command.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private interface Body {
        void run(JsonNode request, ResultWriter out) throws ControlException;
    }

    private static ControlCommand command(String name, Body body) {
        return new ControlCommand() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void run(JsonNode request, ResultWriter out) throws ControlException {
                body.run(request, out);
            }
        };
    }

    /** The rows that the command could write until it had to wait. */
    private static long rowsWhileNobodyReads(AtomicLong written) {
        long before;
        long after = written.get();
        do {
            before = after;
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            after = written.get();
        } while (after != before);
        return after;
    }

    private static void assertStatusIsAnswered(ControlClient client) {
        try {
            assertThat(client.ask("status").path("pid").intValue()).isEqualTo(4711);
        } catch (ControlException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleEndsItsCommand() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        ControlCommand endless =
                command(
                        "endless",
                        (_, out) -> {
                            try {
                                while (true) {
                                    out.row(Map.of("filler", "x".repeat(1000)));
                                }
                            } finally {
                                ended.countDown();
                            }
                        });
        try (ControlServer _ =
                ControlServer.start(path(), List.of(endless), ControlLimits.DEFAULT)) {
            try (SocketChannel client = connect()) {
                send(client, "{\"command\":\"endless\"}\n");
                assertThat(line(client)).startsWith("{\"ok\":true,\"more\":true,\"rows\":[");
            }
            ended.await();
        }
    }

    @Test
    void aClientThatStopsReadingIsLeftAfterAWhile() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        ControlCommand endless =
                command(
                        "endless",
                        (_, out) -> {
                            try {
                                while (true) {
                                    out.row("x".repeat(1000));
                                }
                            } finally {
                                ended.countDown();
                            }
                        });
        ControlLimits limits =
                new ControlLimits(3, 1000, Duration.ofMinutes(1), Duration.ofMillis(300));
        try (ControlServer _ = ControlServer.start(path(), List.of(endless), limits);
                SocketChannel client = connect()) {
            send(client, "{\"command\":\"endless\"}\n");
            ended.await();
        }
    }

    @Test
    void aCommandThatRefusesOrFailsIsAnswered() throws Exception {
        List<ControlCommand> commands =
                List.of(
                        command(
                                "refuse",
                                (_, _) -> {
                                    throw new ControlException("no such service");
                                }),
                        command(
                                "fail",
                                (_, _) -> {
                                    throw new IllegalStateException("secret");
                                }),
                        command(
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
        ControlCommand echo = command("echo", (request, out) -> out.result(request.path("weight")));
        try (ControlServer _ = ControlServer.start(path(), List.of(echo), ControlLimits.DEFAULT);
                ControlClient client = ControlClient.connect(path())) {
            assertThat(client.ask("echo", Map.of("weight", 5), _ -> {}).intValue()).isEqualTo(5);
        }
    }

    @Test
    void closingEndsWhatRunsAndRemovesTheSocket() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        ControlCommand stuck =
                command(
                        "stuck",
                        (_, _) -> {
                            started.countDown();
                            try {
                                Thread.sleep(Duration.ofMinutes(5));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        ControlServer server = ControlServer.start(path(), List.of(stuck), ControlLimits.DEFAULT);
        try (SocketChannel client = connect()) {
            send(client, "{\"command\":\"stuck\"}\n");
            started.await();
            server.close();
            assertThat(line(client)).isNull();
        }
        assertThat(path()).doesNotExist();
    }

    @Test
    void aDirectorThatDoesNotAnswerIsNotWaitedForForEver() throws Exception {
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(path()));
            try (ControlClient client = ControlClient.connect(path(), Duration.ofSeconds(1))) {
                assertThatThrownBy(() -> client.ask("status"))
                        .hasMessage(
                                "the director on "
                                        + path()
                                        + " was lost: it did not answer within 1 s");
            }
        }
    }

    @Test
    void anAnswerThatIsCutOffIsAnError() throws Exception {
        try (ServerSocketChannel cutting = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            cutting.bind(UnixDomainSocketAddress.of(path()));
            try (ControlClient client = ControlClient.connect(path());
                    SocketChannel end = cutting.accept()) {
                send(end, "{\"ok\":true,\"more\":true,\"rows\":[]}\n");
                end.close();
                assertThatThrownBy(() -> client.ask("connections"))
                        .hasMessageContaining(
                                "it closed the connection before the answer was complete");
            }
        }
    }

    @Test
    void aStrangerOnTheSocketIsNoted() throws Exception {
        try (ServerSocketChannel stranger = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stranger.bind(UnixDomainSocketAddress.of(path()));
            try (ControlClient client = ControlClient.connect(path());
                    SocketChannel end = stranger.accept()) {
                send(end, "220 mail.example ESMTP\n");
                assertThat(catchFrom(() -> client.ask("status")))
                        .hasMessageContaining("is no lb director");
            }
        }
    }
}
