package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a connection is proposed for a shortcut, and when it stops the one that it has. */
class ConnectionShortcutTest {
    private final AtomicInteger stops = new AtomicInteger();
    private final Shortcut shortcut = stops::incrementAndGet;

    private static Connection connection(ConnectionState state) {
        return new Connection(TestFlow.of(1), TestServer.make(), new FlowIndex(), null, state, 0);
    }

    private Connection withShortcut() {
        Connection connection = connection(ConnectionState.ESTABLISHED);
        assertThat(connection.propose()).isTrue();
        assertThat(connection.takeShortcut(shortcut)).isTrue();
        return connection;
    }

    @ParameterizedTest
    @EnumSource(ConnectionState.class)
    void onlyAnEstablishedOneIsProposed(ConnectionState state) {
        assertThat(connection(state).propose()).isEqualTo(state == ConnectionState.ESTABLISHED);
    }

    @Test
    void itIsProposedOnceUntilTheProposalIsForgotten() {
        Connection connection = connection(ConnectionState.ESTABLISHED);
        assertThat(connection.propose()).isTrue();
        assertThat(connection.propose()).isFalse();
        connection.forgetProposal();
        assertThat(connection.propose()).isTrue();
        connection.takeShortcut(shortcut);
        connection.forgetProposal();
        assertThat(connection.propose()).as("it has one").isFalse();
        connection.dropShortcut(() -> {});
        assertThat(connection.propose()).as("another was dropped").isFalse();
        connection.dropShortcut(shortcut);
        assertThat(connection.propose()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {Tcp.FIN | Tcp.ACK, Tcp.RST, Tcp.RST | Tcp.ACK})
    void aSegmentThatEndsItStopsItsShortcut(int flags) {
        Connection connection = withShortcut();
        connection.onTcpFlags(Tcp.ACK | Tcp.PSH);
        assertThat(stops).hasValue(0);
        connection.onTcpFlags(flags);
        assertThat(stops).hasValue(1);
        assertThat(connection.takeShortcut(shortcut)).as("too late for another").isFalse();
    }

    @Test
    void oneThatIsEvictedStopsItsShortcut() {
        Connection connection = withShortcut();
        connection.opened();
        assertThat(connection.closed()).isTrue();
        assertThat(stops).hasValue(1);
        assertThat(connection.takeShortcut(shortcut)).as("too late for another").isFalse();
    }
}
