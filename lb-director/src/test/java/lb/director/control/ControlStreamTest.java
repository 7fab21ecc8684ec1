package lb.director.control;

import static lb.director.control.RawClient.connect;
import static lb.director.control.RawClient.line;
import static lb.director.control.RawClient.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Long answers of the control server, and clients that are slow to take them or leave. */
@Timeout(60)
class ControlStreamTest {
    @TempDir private Path directory;

    private final LiveDirector director = LiveDirector.web();

    private Path path() {
        return directory.resolve("control.sock");
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
                AdHocCommand.of(
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
                SocketChannel client = connect(path())) {
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
        ControlCommand connections = known("connections");
        return AdHocCommand.of(
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
        return known("status");
    }

    private ControlCommand known(String name) {
        return ControlCommands.of(director).stream()
                .filter(command -> command.name().equals(name))
                .findFirst()
                .orElseThrow();
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

    /** Writes rows until it cannot, and says so. */
    private static ControlCommand endless(CountDownLatch ended) {
        return AdHocCommand.of(
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
    }

    @Test
    void aClientThatLeavesInTheMiddleEndsItsCommand() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        ControlCommand endless = endless(ended);
        try (ControlServer _ =
                ControlServer.start(path(), List.of(endless), ControlLimits.DEFAULT)) {
            try (SocketChannel client = connect(path())) {
                send(client, "{\"command\":\"endless\"}\n");
                assertThat(line(client)).startsWith("{\"ok\":true,\"more\":true,\"rows\":[");
            }
            ended.await();
        }
    }

    @Test
    void aClientThatStopsReadingIsLeftAfterAWhile() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        ControlCommand endless = endless(ended);
        ControlLimits limits =
                new ControlLimits(3, 1000, Duration.ofMinutes(1), Duration.ofMillis(300));
        try (ControlServer _ = ControlServer.start(path(), List.of(endless), limits);
                SocketChannel client = connect(path())) {
            send(client, "{\"command\":\"endless\"}\n");
            ended.await();
        }
    }
}
