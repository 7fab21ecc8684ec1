package lb.core.director;

import lb.core.connection.Connection;
import lb.core.service.VirtualService;
import lb.core.wire.IpProtocol;
import lb.core.wire.Packet;
import lb.core.wire.Sctp;
import lb.core.wire.Tcp;
import org.jspecify.annotations.Nullable;

/**
 * What a packet may do: open a connection, reopen one, go on without one. The kernel's rules, under
 * the settings that carry its names. Stateless; any thread.
 */
final class FlowRules {
    private FlowRules() {}

    /** Whether it is a SYN, or an INIT of SCTP. */
    static boolean opensConnection(Packet packet) {
        return switch (packet.protocol()) {
            case IpProtocol.TCP -> (packet.tcpFlags() & Tcp.SYN) != 0;
            case IpProtocol.SCTP -> packet.sctpChunk() == Sctp.INIT;
            default -> false;
        };
    }

    /**
     * Whether a SYN means a new connection where the table still has the old one ({@code
     * conn_reuse_mode}).
     */
    static boolean isReusable(Connection connection, DirectorSettings settings) {
        int mode = settings.connReuseMode();
        if (mode == 0) {
            return false;
        }
        if (settings.expireNodestConn() && connection.server().weight() == 0) {
            return true;
        }
        if (connection.template() != null) {
            return false;
        }
        return switch (connection.state()) {
            case TIME_WAIT, CLOSE, SCTP_CLOSED -> true;
            case FIN_WAIT -> (mode & 2) != 0;
            default -> false;
        };
    }

    /**
     * Whether the packets of a connection without its real server are dropped ({@code
     * expire_nodest_conn}); not while that one only leaves.
     */
    static boolean dropsLost(@Nullable Connection connection, DirectorSettings settings) {
        return !settings.expireNodestConn()
                && (connection == null || !connection.server().isLeaving());
    }

    /** Whether it is neither a datagram nor a SYN or INIT. */
    static boolean isMidFlow(Packet packet) {
        return switch (packet.protocol()) {
            case IpProtocol.TCP -> (packet.tcpFlags() & (Tcp.SYN | Tcp.RST)) != Tcp.SYN;
            case IpProtocol.SCTP -> packet.sctpChunk() != Sctp.INIT;
            default -> false;
        };
    }

    /**
     * Whether such a packet of no known connection is scheduled ({@code sloppy_tcp}, which counts
     * for SCTP, too).
     */
    static boolean acceptsMidFlow(
            Packet packet,
            VirtualService service,
            boolean lostItsServer,
            DirectorSettings settings) {
        boolean reset =
                packet.protocol() == IpProtocol.SCTP
                        ? packet.sctpChunk() == Sctp.ABORT
                        : (packet.tcpFlags() & Tcp.RST) != 0;
        return switch (settings.sloppyTcp()) {
            case OFF -> false;
            // What a computed SYN left no entry for must be able to reset, too.
            case ON -> !reset || service.isComputable();
            case AUTO -> service.isComputable() || (lostItsServer && !reset);
        };
    }

    /** A source that is the VIP itself, or no host's at all (RFC 1812 section 5.3.7). */
    static boolean isMartian(Packet packet) {
        if (packet.sourceHigh() == packet.destinationHigh()
                && packet.sourceLow() == packet.destinationLow()) {
            return true;
        }
        if (!packet.isIpv4()) {
            return packet.sourceHigh() >>> 56 == 0xff
                    || (packet.sourceHigh() == 0 && packet.sourceLow() >>> 1 == 0);
        }
        int firstByte = (int) packet.sourceLow() >>> 24;
        return firstByte == 0 || firstByte == 127 || firstByte >= 224;
    }

    /**
     * Hash first, table second: what can be computed again needs no entry for its SYN, so that a
     * flood of them fills nothing; the first later segment makes it. A reset makes none either.
     * Where later segments are not computed ({@code sloppy_tcp} off), the SYN has to make the
     * entry.
     */
    static boolean needsEntry(Packet packet, VirtualService service, DirectorSettings settings) {
        if (service.definition().onePacket() && packet.protocol() == IpProtocol.UDP) {
            return false;
        }
        return !service.isHashFirst()
                || settings.sloppyTcp() == SloppyTcp.OFF
                || packet.protocol() != IpProtocol.TCP
                || (packet.tcpFlags() & (Tcp.SYN | Tcp.RST)) == 0;
    }
}
