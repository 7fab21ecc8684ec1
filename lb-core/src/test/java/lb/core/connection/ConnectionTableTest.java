package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import lb.core.service.RealServer;
import lb.core.wire.IpProtocol;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Time is advanced by hand. The table lets go of what expired within {@link #SLACK_SECONDS}. */
class ConnectionTableTest {
    private static final int SLACK_SECONDS = 3;

    private final RealServer server = TestServer.make();
    private final FlowIndex index = new FlowIndex();
    private ConnectionTable table = table(100_000);
    private long nowNanos;

    private static ConnectionTable table(long maximum) {
        return new ConnectionTable(maximum, Timeouts.DEFAULT, Runnable::run);
    }

    private void sleep(long seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
        table.advance(nowNanos);
        table.cleanUp();
    }

    private Connection open(int client, ConnectionState state, Connection template) {
        Connection connection =
                new Connection(TestFlow.of(client), server, index, template, state, nowNanos);
        index.add(connection);
        table.add(connection);
        return connection;
    }

    private Connection open(int client, ConnectionState state) {
        return open(client, state, null);
    }

    @ParameterizedTest
    @EnumSource(ConnectionState.class)
    void aConnectionLastsAsLongAsItsStateSays(ConnectionState state) {
        sleep(3600);
        Connection connection = open(1, state);
        sleep(state.defaultTimeoutSeconds() - 1);
        assertThat(connection.isDead()).isFalse();
        sleep(1);
        assertThat(table.find(TestFlow.of(1))).as("expired to the second").isNull();
        sleep(SLACK_SECONDS);
        assertThat(connection.isDead()).isTrue();
        assertThat(table.size()).isZero();
        assertThat(server.activeConnections() + server.inactiveConnections()).isZero();
        index.unlinkDead(10);
        assertThat(index.size()).isZero();
        assertThat(table.evictions()).as("an expiry is no eviction").isZero();
    }

    @Test
    void touchRestartsTheTimeoutByThePresentState() {
        Connection connection = open(1, ConnectionState.SYN_RECV);
        sleep(50);
        hear(connection);
        sleep(50);
        assertThat(table.find(connection)).isSameAs(connection);
        assertThat(connection.onTcpFlags(Tcp.ACK)).isTrue();
        hear(connection);
        sleep(899);
        assertThat(secondsLeft()).containsOnlyKeys(connection).containsValue(1L);
        assertThat(connection.onTcpFlags(Tcp.RST)).isTrue();
        hear(connection);
        sleep(10 + SLACK_SECONDS);
        assertThat(connection.isDead()).isTrue();
    }

    private Map<Connection, Long> secondsLeft() {
        Map<Connection, Long> seconds = new HashMap<>();
        table.forEach((connection, nanos) ->
                seconds.put(connection, TimeUnit.NANOSECONDS.toSeconds(nanos)));
        return seconds;
    }

    @Test
    void changedTimeoutsCountFromTheNextUse() {
        Connection connection = open(1, ConnectionState.ESTABLISHED);
        table.useTimeouts(new Timeouts(10, 0, 0));
        table.touch(connection);
        sleep(10 + SLACK_SECONDS);
        assertThat(connection.isDead()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, TCP, 225", "0, UDP, 16", "60, TCP, 16", "400, TCP, 100", "86400, TCP, 256"})
    void aTouchIsDueAtTheSecondPacketAndThenSeveralTimesInATimeout(
            int tcpSeconds, String protocol, int seconds) {
        Connection connection = open(1, ConnectionState.ESTABLISHED);
        long interval =
                new TouchInterval(new Timeouts(tcpSeconds, 0, 0))
                        .nanos(protocol.equals("TCP") ? IpProtocol.TCP : IpProtocol.UDP);
        long due = TimeUnit.SECONDS.toNanos(seconds);
        assertThat(connection.onPacket(nowNanos, interval)).as("the second packet").isTrue();
        assertThat(connection.onPacket(nowNanos + due - 1, interval)).isFalse();
        assertThat(connection.onPacket(nowNanos + due, interval)).isTrue();
        assertThat(connection.onPacket(nowNanos + 2 * due - 1, interval)).isFalse();
        assertThat(connection.onPacket(nowNanos + 2 * due, interval)).isTrue();
    }

    @Test
    void aConnectionLastsItsWholeTimeoutAfterAPacketThatTheTableDidNotHearOf() {
        Connection connection = open(1, ConnectionState.ESTABLISHED);
        hear(connection);
        sleep(15);
        assertThat(connection.onPacket(nowNanos, tcpTouch()))
                .as("not due, so the table is not told")
                .isFalse();
        sleep(899);
        assertThat(connection.isDead()).isFalse();
        assertThat(secondsLeft()).containsOnlyKeys(connection).containsValue(1L);
        sleep(1 + SLACK_SECONDS);
        assertThat(connection.isDead()).isTrue();
    }

    private void hear(Connection connection) {
        connection.onPacket(nowNanos, tcpTouch());
        table.touch(connection);
    }

    private long tcpTouch() {
        return table.touchInterval().nanos(IpProtocol.TCP);
    }

    @Test
    void itNeverHoldsMoreThanItsMaximumAndEvictedConnectionsAreDeadUnlinkedAndUncounted() {
        table = table(1_000);
        for (int client = 0; client < 50_000; client++) {
            open(client, ConnectionState.SYN_RECV);
            if (client % 100 == 0) {
                index.unlinkDead(1_000);
            }
        }
        table.cleanUp();
        index.unlinkDead(50_000);
        assertThat(table.size()).isBetween(1L, 1_000L);
        assertThat(index.size()).isEqualTo((int) table.size());
        assertThat(server.activeConnections()).isEqualTo((int) table.size());
        assertThat(table.evictions()).isEqualTo(50_000 - table.size());
        sleep(60 + SLACK_SECONDS);
        assertThat(table.size()).isZero();
        assertThat(server.activeConnections()).isZero();
    }

    @Test
    void halfOpenConnectionsAndOnePacketFlowsPushOutNoConfirmedOne() {
        table = table(1_000);
        Connection[] open = new Connection[500];
        for (int client = 0; client < open.length; client++) {
            open[client] = open(client, ConnectionState.SYN_RECV);
            open[client].onTcpFlags(Tcp.ACK);
            table.touch(open[client]);
        }
        for (int client = 1_000; client < 50_000; client++) {
            Connection flood =
                    open(client, client % 2 == 0 ? ConnectionState.SYN_RECV : ConnectionState.UDP);
            if (flood.state() == ConnectionState.SYN_RECV) {
                table.touch(flood);
            }
        }
        table.cleanUp();
        assertThat(open).noneMatch(Connection::isDead);
        assertThat(table.size()).isBetween(501L, 1_000L);
    }

    @ParameterizedTest
    @EnumSource(
            value = ConnectionState.class,
            names = {"ESTABLISHED", "UDP", "SYN_RECV"})
    void aTouchedConnectionIsFoundShownOnceAndExpires(ConnectionState state) {
        Connection connection = open(1, state);
        table.touch(connection);
        table.touch(connection);
        assertThat(table.find(TestFlow.of(1))).isSameAs(connection);
        assertThat(secondsLeft())
                .hasSize(1)
                .containsEntry(connection, (long) state.defaultTimeoutSeconds());
        assertThat(server.activeConnections() + server.inactiveConnections()).isEqualTo(1);
        Connection successor = open(1, ConnectionState.SYN_RECV);
        assertThat(connection.isDead()).isTrue();
        assertThat(table.find(TestFlow.of(1))).isSameAs(successor);
        assertThat(table.size()).isEqualTo(1);
        sleep(60 + SLACK_SECONDS);
        assertThat(table.size()).isZero();
        assertThat(server.activeConnections() + server.inactiveConnections()).isZero();
    }

    @Test
    void aConnectionOfTheSameFlowTakesThePlaceOfTheOldOne() {
        Connection first = open(1, ConnectionState.ESTABLISHED);
        Connection second = open(1, ConnectionState.SYN_RECV);
        assertThat(first.isDead()).isTrue();
        assertThat(table.find(TestFlow.of(1))).isSameAs(second);
        assertThat(server.activeConnections()).isEqualTo(1);
        table.remove(first);
        assertThat(second.isDead()).as("removing the old one leaves the new one").isFalse();
        table.remove(second);
        table.remove(second);
        assertThat(second.isDead()).isTrue();
        assertThat(server.activeConnections()).isZero();
    }

    @Test
    void aConnectionThatHasJustExpiredCanStillBeRemoved() {
        Connection connection = open(1, ConnectionState.TIME_WAIT);
        nowNanos += TimeUnit.SECONDS.toNanos(120);
        table.advance(nowNanos);
        assertThat(index.find(connection))
                .as("expired, but not yet collected")
                .isSameAs(connection);
        table.remove(connection);
        assertThat(index.find(connection)).isNull();
        sleep(SLACK_SECONDS);
        assertThat(server.inactiveConnections()).isZero();
    }

    @Test
    void aTemplateWithDependentsIsProlongedBy60SecondsUntilTheyHaveGone() {
        Connection template =
                Connection.template(TestFlow.template(1), server, index, 300, nowNanos);
        table.add(template);
        Connection dependent = open(1, ConnectionState.ESTABLISHED, template);
        assertThat(template.dependents()).isEqualTo(1);
        assertThat(server.persistenceTemplates()).isEqualTo(1);
        sleep(300 + SLACK_SECONDS);
        assertThat(template.isDead()).isFalse();
        assertThat(secondsLeft().get(template)).isCloseTo(60, within((long) SLACK_SECONDS));
        table.remove(dependent);
        assertThat(template.dependents()).isZero();
        sleep(60 + 2 * SLACK_SECONDS);
        assertThat(template.isDead()).isTrue();
        assertThat(server.persistenceTemplates()).isZero();
        assertThat(server.activeConnections()).isZero();
    }

    @Test
    void aTemplateIsProlongedAgainAndAgain() {
        Connection template =
                Connection.template(TestFlow.template(1), server, index, 300, nowNanos);
        table.add(template);
        Connection dependent = open(1, ConnectionState.ESTABLISHED, template);
        for (int second = 0; second < 1_200; second++) {
            sleep(1);
            table.touch(dependent);
            assertThat(template.isDead()).as("after %d s", second).isFalse();
        }
    }

    @Test
    void aTemplateWithoutDependentsEndsWithItsLifetimeSinceTheLastUse() {
        Connection template =
                Connection.template(TestFlow.template(1), server, index, 300, nowNanos);
        table.add(template);
        sleep(200);
        assertThat(table.find(TestFlow.template(1))).isSameAs(template);
        sleep(299);
        assertThat(template.isDead()).isFalse();
        sleep(1 + SLACK_SECONDS);
        assertThat(template.isDead()).isTrue();
        assertThat(server.persistenceTemplates()).isZero();
    }

    @Test
    void aSegmentThatMeetsADeadConnectionChangesNothing() {
        Connection connection = open(1, ConnectionState.ESTABLISHED);
        table.remove(connection);
        assertThat(connection.onTcpFlags(Tcp.FIN)).isFalse();
        assertThat(server.activeConnections()).isZero();
        assertThat(server.inactiveConnections()).isZero();
    }

    /**
     * One thread follows segments while another ends connections: each must be uncounted as it was
     * counted.
     */
    @Test
    void countersReturnToZeroWhenConnectionsEndWhileTheirStateChanges() throws Exception {
        Connection[] open = new Connection[50_000];
        for (int client = 0; client < open.length; client++) {
            open[client] =
                    new Connection(
                            TestFlow.of(client),
                            server,
                            index,
                            null,
                            ConnectionState.ESTABLISHED,
                            nowNanos);
            open[client].opened();
        }
        AtomicInteger turn = new AtomicInteger(-1);
        Thread evictor =
                new Thread(() -> {
                    for (int i = 0; i < open.length; i++) {
                        while (turn.get() < i) {
                            Thread.onSpinWait();
                        }
                        open[i].closed();
                    }
                });
        evictor.start();
        for (int i = 0; i < open.length; i++) {
            turn.set(i);
            open[i].onTcpFlags(Tcp.FIN);
        }
        evictor.join();
        assertThat(server.activeConnections()).as("active").isZero();
        assertThat(server.inactiveConnections()).as("inactive").isZero();
    }
}
