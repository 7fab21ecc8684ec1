package lb.core.connection;

import static lb.core.connection.ConnectionState.CLOSE;
import static lb.core.connection.ConnectionState.ESTABLISHED;
import static lb.core.connection.ConnectionState.FIN_WAIT;
import static lb.core.connection.ConnectionState.SYN_RECV;
import static lb.core.connection.ConnectionState.TIME_WAIT;

import lb.core.wire.Tcp;

/**
 * The TCP state as the client's half alone shows it: with direct routing the server's answers pass
 * the director by, so a close from the server's side is invisible. The kernel's transitions for
 * that case. Stateless; any thread.
 */
final class TcpTracker {
    /** The flags without which an established connection stays what it is. */
    static final int CHANGING = Tcp.RST | Tcp.SYN | Tcp.FIN;

    private TcpTracker() {}

    /**
     * The state after a segment with {@code flags}; RST counts before SYN, FIN and ACK, in this
     * order.
     */
    static ConnectionState next(ConnectionState state, int flags) {
        if ((flags & Tcp.RST) != 0) {
            return onReset(state);
        }
        if ((flags & Tcp.SYN) != 0) {
            return onSyn(state);
        }
        if ((flags & Tcp.FIN) != 0) {
            return onFin(state);
        }
        return (flags & Tcp.ACK) != 0 ? onAck(state) : state;
    }

    /** A reset before the handshake ended does not close: it might be forged. */
    private static ConnectionState onReset(ConnectionState state) {
        return switch (state) {
            case SYN_RECV, LAST_ACK, LISTEN -> state;
            default -> CLOSE;
        };
    }

    /** A SYN on an open connection leaves it open: it might be forged too. */
    private static ConnectionState onSyn(ConnectionState state) {
        return switch (state) {
            case ESTABLISHED, SYN_SENT -> ESTABLISHED;
            default -> SYN_RECV;
        };
    }

    private static ConnectionState onFin(ConnectionState state) {
        return switch (state) {
            case NONE -> CLOSE;
            case ESTABLISHED -> FIN_WAIT;
            case SYN_RECV, SYNACK -> TIME_WAIT;
            default -> state;
        };
    }

    private static ConnectionState onAck(ConnectionState state) {
        return switch (state) {
            case NONE, SYN_RECV, SYNACK -> ESTABLISHED;
            case CLOSE_WAIT -> ConnectionState.CLOSE_WAIT;
            case LAST_ACK -> CLOSE;
            default -> state;
        };
    }
}
