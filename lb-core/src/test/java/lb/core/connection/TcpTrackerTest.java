package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client-half table of IPVS, as the specification prints it. */
class TcpTrackerTest {
    private static final Map<String, ConnectionState> STATES =
            Map.ofEntries(
                    Map.entry("NO", ConnectionState.NONE),
                    Map.entry("ES", ConnectionState.ESTABLISHED),
                    Map.entry("SS", ConnectionState.SYN_SENT),
                    Map.entry("SR", ConnectionState.SYN_RECV),
                    Map.entry("FW", ConnectionState.FIN_WAIT),
                    Map.entry("TW", ConnectionState.TIME_WAIT),
                    Map.entry("CL", ConnectionState.CLOSE),
                    Map.entry("CW", ConnectionState.CLOSE_WAIT),
                    Map.entry("LA", ConnectionState.LAST_ACK),
                    Map.entry("LI", ConnectionState.LISTEN),
                    Map.entry("SA", ConnectionState.SYNACK));
    private static final List<String> FROM = row("NO ES SS SR FW TW CL CW LA LI SA");
    private static final List<String> SYN = row("SR ES ES SR SR SR SR SR SR SR SR");
    private static final List<String> FIN = row("CL FW SS TW FW TW CL CW LA LI TW");
    private static final List<String> ACK = row("ES ES SS ES FW TW CL CW CL LI ES");
    private static final List<String> RST = row("CL CL CL SR CL CL CL CL LA LI CL");

    private static List<String> row(String cells) {
        return List.of(cells.split(" "));
    }

    /** Of all flags together the first of RST, SYN, FIN, ACK decides. */
    private static List<String> rowFor(int flags) {
        if ((flags & Tcp.RST) != 0) {
            return RST;
        }
        if ((flags & Tcp.SYN) != 0) {
            return SYN;
        }
        if ((flags & Tcp.FIN) != 0) {
            return FIN;
        }
        return (flags & Tcp.ACK) != 0 ? ACK : FROM;
    }

    @Test
    void everyStateAndEveryCombinationOfFlagsLeadsWhereTheTableSays() {
        for (int flags = 0; flags < 256; flags++) {
            for (int column = 0; column < FROM.size(); column++) {
                ConnectionState from = STATES.get(FROM.get(column));
                ConnectionState to = STATES.get(rowFor(flags).get(column));
                assertThat(TcpTracker.next(from, flags))
                        .as("%s with flags %02x", from, flags)
                        .isEqualTo(to);
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1} s, counted as active: {2}")
    @CsvSource({
        "NONE, 2, false", "ESTABLISHED, 900, true", "SYN_SENT, 120, true", "SYN_RECV, 60, true",
        "FIN_WAIT, 120, false", "TIME_WAIT, 120, false", "CLOSE, 10, false",
                "CLOSE_WAIT, 60, false",
        "LAST_ACK, 30, false", "LISTEN, 120, false", "SYNACK, 120, true", "UDP, 300, false"
    })
    void timeoutsAndActivityAreTheKernels(ConnectionState state, int seconds, boolean active) {
        assertThat(Timeouts.DEFAULT.nanos(state)).isEqualTo(seconds * 1_000_000_000L);
        assertThat(state.isActive()).isEqualTo(active);
    }

    @Test
    void threeTimeoutsCanBeSetAndZeroLeavesOneAsItIs() {
        Timeouts changed = new Timeouts(10, 0, 20);
        assertThat(changed.nanos(ConnectionState.ESTABLISHED)).isEqualTo(10_000_000_000L);
        assertThat(changed.nanos(ConnectionState.FIN_WAIT)).isEqualTo(120_000_000_000L);
        assertThat(changed.nanos(ConnectionState.UDP)).isEqualTo(20_000_000_000L);
    }
}
