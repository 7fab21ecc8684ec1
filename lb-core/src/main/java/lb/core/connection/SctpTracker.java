package lb.core.connection;

import static lb.core.connection.ConnectionState.NONE;
import static lb.core.connection.ConnectionState.SCTP_CLOSED;
import static lb.core.connection.ConnectionState.SCTP_COOKIE_ECHOED;
import static lb.core.connection.ConnectionState.SCTP_ESTABLISHED;
import static lb.core.connection.ConnectionState.SCTP_INIT;
import static lb.core.connection.ConnectionState.SCTP_INIT1;
import static lb.core.connection.ConnectionState.SCTP_SHUTDOWN_RECEIVED;

import lb.core.wire.Packet;
import lb.core.wire.Sctp;

/**
 * The SCTP state as the client's half alone shows it: the server's chunks pass the director by. The
 * kernel's transitions for that case, with one difference: the kernel looks at the first chunk of a
 * packet, this at all of them in their order. Stateless; any thread.
 */
final class SctpTracker {
    private SctpTracker() {}

    /** The state after a packet, whose chunks have been found well-formed. */
    static ConnectionState next(ConnectionState state, Packet packet) {
        ConnectionState reached = state;
        long end = packet.transport() + packet.transportLength();
        long chunk = packet.transport() + Sctp.HEADER_LENGTH;
        while (end - chunk >= Sctp.CHUNK_HEADER_LENGTH) {
            reached = next(reached, Sctp.chunkType(chunk));
            chunk = Sctp.nextChunk(chunk);
        }
        return reached;
    }

    /** The state after a chunk of this type; those that are not named here count as data. */
    static ConnectionState next(ConnectionState state, int chunkType) {
        return switch (chunkType) {
            case Sctp.INIT -> onInit(state);
            case Sctp.INIT_ACK -> isOpening(state) ? SCTP_COOKIE_ECHOED : state;
            case Sctp.COOKIE_ECHO -> isOpening(state) ? SCTP_ESTABLISHED : state;
            case Sctp.COOKIE_ACK ->
                    state == NONE || state == SCTP_COOKIE_ECHOED ? SCTP_ESTABLISHED : state;
            case Sctp.SHUTDOWN ->
                    state == NONE || state == SCTP_ESTABLISHED ? SCTP_SHUTDOWN_RECEIVED : state;
            case Sctp.SHUTDOWN_ACK -> onShutdownAck(state);
            case Sctp.SHUTDOWN_COMPLETE -> onShutdownComplete(state);
            case Sctp.ERROR -> state == NONE ? SCTP_CLOSED : state;
            case Sctp.ABORT -> SCTP_CLOSED;
            default -> state == NONE ? SCTP_ESTABLISHED : state;
        };
    }

    /** The first INIT is answered soon or never; one that is repeated gets more time. */
    private static ConnectionState onInit(ConnectionState state) {
        return switch (state) {
            case NONE -> SCTP_INIT1;
            case SCTP_INIT1, SCTP_INIT, SCTP_CLOSED -> SCTP_INIT;
            default -> state;
        };
    }

    private static boolean isOpening(ConnectionState state) {
        return state == NONE || state == SCTP_INIT1 || state == SCTP_INIT;
    }

    /** The client's answer to a shutdown that the server began, which was not seen. */
    private static ConnectionState onShutdownAck(ConnectionState state) {
        return switch (state) {
            case NONE, SCTP_ESTABLISHED -> SCTP_CLOSED;
            case SCTP_INIT1 -> SCTP_INIT;
            default -> state;
        };
    }

    private static ConnectionState onShutdownComplete(ConnectionState state) {
        return switch (state) {
            case NONE, SCTP_INIT1, SCTP_INIT, SCTP_SHUTDOWN_RECEIVED -> SCTP_CLOSED;
            default -> state;
        };
    }
}
