package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import lb.core.service.RealServer;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What becomes of connections that Caffeine took out, and who sees to that. The upkeep has no
 * thread here: what is handed to it waits, until so many connections have come that Caffeine has
 * their caller help (on 128 processors at most 16,384).
 */
class EvictionsTest {
    private final RealServer server = TestServer.make();
    private final FlowIndex index = new FlowIndex();
    private final Upkeep upkeep = new Upkeep();
    private long nowNanos;

    private ConnectionTable table(long maximum, Executor housekeeper) {
        return new ConnectionTable(maximum, Timeouts.DEFAULT, housekeeper);
    }

    private Connection open(
            ConnectionTable table, int client, ConnectionState state, Connection template) {
        Connection connection =
                new Connection(TestFlow.of(client), server, index, template, state, nowNanos);
        table.add(connection);
        return connection;
    }

    private Connection template(ConnectionTable table) {
        Connection template =
                Connection.template(TestFlow.template(1), server, index, 300, nowNanos);
        table.add(template);
        table.renew(template);
        return template;
    }

    private void acknowledge(ConnectionTable table, Connection connection) {
        assertThat(connection.onTcpFlags(Tcp.ACK)).isTrue();
        connection.onPacket(nowNanos, 0);
        table.touch(connection);
    }

    /** Until now nobody has: its work waits. */
    private void doUpkeep() {
        upkeep.workUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50));
    }

    private static List<Connection> shown(ConnectionTable table) {
        List<Connection> shown = new ArrayList<>();
        table.forEach((connection, nanos) -> shown.add(connection));
        return shown;
    }

    @Test
    void aConnectionConfirmedAfterItsEvictionGoesOn() {
        ConnectionTable table = new ConnectionTable(4_000, Timeouts.DEFAULT, upkeep);
        Connection template = template(table);
        List<Connection> persistent = new ArrayList<>();
        for (int client = 0; client < 20_000; client++) {
            boolean hangs = client > 2_000 && client % 200 == 0;
            Connection connection =
                    open(table, client, ConnectionState.SYN_RECV, hangs ? template : null);
            if (hangs) {
                persistent.add(connection);
            }
        }
        persistent.removeIf(connection -> table.find(connection) != null);
        assertThat(persistent).as("taken out").hasSizeGreaterThan(10);
        assertThat(persistent).as("not yet settled").noneMatch(Connection::isDead);
        List<Connection> confirmed = persistent.subList(0, 5);
        confirmed.forEach(connection -> acknowledge(table, connection));
        doUpkeep();
        table.cleanUp();
        assertThat(confirmed).noneMatch(Connection::isDead);
        assertThat(confirmed).allMatch(connection -> table.find(connection) == connection);
        assertThat(persistent.subList(5, persistent.size())).allMatch(Connection::isDead);
        assertThat(table.evictions()).isEqualTo(20_001 - table.size());
        assertThat(server.activeConnections() + server.persistenceTemplates())
                .isEqualTo((int) table.size());
    }

    @Test
    void aConnectionConfirmedBeforeItIsPutBackIsInOnePlaceOnly() {
        ConnectionTable table = new ConnectionTable(100_000, Timeouts.DEFAULT, upkeep);
        Connection connection = open(table, 1, ConnectionState.SYN_RECV, null);
        nowNanos = TimeUnit.SECONDS.toNanos(50);
        table.advance(nowNanos);
        connection.onPacket(nowNanos, Long.MAX_VALUE);
        nowNanos = TimeUnit.SECONDS.toNanos(65);
        table.advance(nowNanos);
        for (int client = 2; client < 20_001; client++) {
            open(table, client, ConnectionState.SYN_RECV, null);
        }
        assertThat(table.size()).as("without the one that expired").isEqualTo(19_999);
        assertThat(connection.isDead()).as("it is to be put back").isFalse();
        acknowledge(table, connection);
        doUpkeep();
        table.cleanUp();
        assertThat(shown(table)).hasSize(20_000).containsOnlyOnce(connection);
        assertThat(table.size()).isEqualTo(20_000);
        assertThat(connection.isDead()).isFalse();
    }

    @Test
    @Timeout(60)
    void whatWasTakenOutIsSettledWithoutTheLocksOfCaffeine() {
        ConnectionTable table = table(400, Runnable::run);
        Connection template = template(table);
        AtomicBoolean isFirst = new AtomicBoolean(true);
        AtomicReference<Throwable> locked = new AtomicReference<>();
        for (int client = 0; client < 2_000; client++) {
            Connection connection =
                    new Connection(
                            TestFlow.of(client),
                            server,
                            index,
                            template,
                            ConnectionState.ESTABLISHED,
                            nowNanos);
            connection.takeShortcut(() -> {
                if (isFirst.getAndSet(false)) {
                    useElsewhere(table, locked);
                }
            });
            table.add(connection);
        }
        assertThat(isFirst).as("one has ended").isFalse();
        assertThat(locked).hasNullValue();
    }

    private static void useElsewhere(ConnectionTable table, AtomicReference<Throwable> locked) {
        try {
            CompletableFuture.runAsync(table::cleanUp, work -> Thread.ofPlatform().start(work))
                    .get(5, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            locked.set(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whileTheHousekeeperIsHeldUpNothingMoreIsHandedToItThanOneTurnOfEachPart() {
        Queue<Runnable> heldBack = new ArrayDeque<>();
        ConnectionTable table = table(4_000, heldBack::add);
        Connection template = template(table);
        for (int client = 0; client < 20_000; client++) {
            Connection connection = open(table, client, ConnectionState.SYN_RECV, template);
            if (client % 2 == 0 && !connection.isDead()) {
                acknowledge(table, connection);
            }
        }
        assertThat(heldBack).hasSizeBetween(1, 2);
        for (Runnable work = heldBack.poll(); work != null; work = heldBack.poll()) {
            work.run();
        }
        assertThat(table.size()).isLessThanOrEqualTo(4_000);
        assertThat(server.activeConnections() + server.persistenceTemplates())
                .isEqualTo((int) table.size());
        open(table, 20_000, ConnectionState.SYN_RECV, null);
        assertThat(heldBack).as("handed over again").isNotEmpty();
    }

    @Test
    void aHousekeeperThatRefusesOnceIsAskedAgain() {
        Queue<Runnable> heldBack = new ArrayDeque<>();
        AtomicBoolean refuses = new AtomicBoolean(true);
        ConnectionTable table =
                table(
                        4_000,
                        work -> {
                            if (refuses.getAndSet(false)) {
                                throw new IllegalStateException("on purpose");
                            }
                            heldBack.add(work);
                        });
        open(table, 1, ConnectionState.SYN_RECV, null);
        open(table, 2, ConnectionState.SYN_RECV, null);
        assertThat(refuses).isFalse();
        assertThat(heldBack).hasSize(1);
    }

    /**
     * One worker confirms a connection while another opens the next of the same flow. Whichever is
     * first: what lives is in the table, and what is in the table lives.
     */
    @Test
    @Timeout(120)
    void whatLivesIsInTheTableThoughTwoWorkersHaveTheSameFlow() throws Exception {
        ConnectionTable table = new ConnectionTable(1_000_000, Timeouts.DEFAULT, upkeep);
        int rounds = 40_000;
        List<FlowProbe> flows = IntStream.range(0, rounds).mapToObj(TestFlow::of).toList();
        List<Connection> first = flows.stream().map(this::halfOpen).toList();
        List<Connection> second = flows.stream().map(this::halfOpen).toList();
        first.forEach(table::add);
        table.cleanUp();
        first.forEach(connection -> connection.onTcpFlags(Tcp.ACK));
        SpinTurn turn = new SpinTurn();
        Thread other =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < rounds; i++) {
                                turn.meet(1, i);
                                table.add(second.get(i));
                            }
                        });
        for (int i = 0; i < rounds; i++) {
            turn.meet(0, i);
            table.touch(first.get(i));
        }
        other.join();
        table.cleanUp();
        List<Connection> shown = shown(table);
        assertThat(shown.stream().filter(Connection::isDead).count()).as("dead").isZero();
        assertThat(server.activeConnections() + server.inactiveConnections())
                .as("alive")
                .isEqualTo(shown.size());
    }

    private Connection halfOpen(FlowProbe flow) {
        return new Connection(flow, server, index, null, ConnectionState.SYN_RECV, nowNanos);
    }

    /** Two threads begin each round at about the same time. */
    private static final class SpinTurn {
        private final AtomicIntegerArray at = new AtomicIntegerArray(64);

        void meet(int who, int round) {
            at.set(who * 32, round + 1);
            int spins = 0;
            while (at.get((1 - who) * 32) <= round) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new AssertionError("the other thread does not come");
                }
                // The two may have to share a core.
                if (++spins % 256 == 0) {
                    Thread.yield();
                }
                Thread.onSpinWait();
            }
        }
    }
}
