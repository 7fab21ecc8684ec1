package lb.core.director;

import lb.core.channel.FrameBatch;
import lb.core.connection.Connection;
import lb.core.connection.TouchInterval;
import lb.core.forward.DirectRouting;
import lb.core.forward.Readdressing;
import lb.core.wire.Ethernet;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * The path of most frames: those of a connection whose frame before went a way that still holds,
 * and which change nothing. Any other is left to the main path, which decides it as if this one did
 * not exist. Owned by one worker.
 */
final class StraightPath {
    private final FrameContext context;
    private final Arrivals arrivals;
    private final Flows flows;
    private final Ways ways;
    private final VerdictCounters verdicts;
    private final Readdressing readdressing = new Readdressing();
    private @Nullable Throwable fault;
    private long total;

    StraightPath(
            FrameContext context,
            Arrivals arrivals,
            Flows flows,
            Ways ways,
            VerdictCounters verdicts) {
        this.context = context;
        this.arrivals = arrivals;
        this.flows = flows;
        this.ways = ways;
        this.verdicts = verdicts;
    }

    /**
     * Sends on and counts the frames that can go straight, up to the first that cannot. One loop,
     * and short methods in it: so the compiler keeps it in one piece.
     *
     * @param first where in the batch the arrivals begin
     * @param from the arrival to begin with
     * @return the first arrival that is left, or {@code count}; left because of its {@link #fault}
     *     if there is one
     */
    int forward(FrameBatch batch, int first, int from, int count) {
        TouchInterval touchInterval = flows.touchInterval();
        DirectRouting routing = context.settings.routing();
        long now = context.nowNanos;
        int refused = 0;
        int position = from;
        try {
            for (; position < count; position++) {
                Arrival arrival = arrivals.get(position);
                int length = batch.length(first + position);
                if (!arrival.isPlain() || length >= ShortcutProposals.LARGE_FRAME) {
                    break;
                }
                Packet packet = arrival.packet;
                Connection connection = flows.findAhead(arrival, position);
                if (connection == null
                        || !ways.isCurrent(connection.place())
                        || !connection.onPlainPacket(packet.tcpFlags(), now, touchInterval)) {
                    break;
                }
                Way way = ways.at(connection.place());
                long frame = Memory.known(batch.address(first + position));
                if (!fits(way, packet, Ethernet.source(frame))) {
                    break;
                }
                if (transmit(way, routing, packet, frame, length)) {
                    count(way, packet.ipLength());
                } else {
                    refused++;
                }
            }
        } catch (RuntimeException | LinkageError e) {
            fault = e;
        }
        return counted(from, position, refused);
    }

    private boolean fits(Way way, Packet packet, long source) {
        return source != way.mac()
                && !context.isOwn(source)
                && packet.ipLength() <= way.mtu()
                && packet.timeToLive() > 1;
    }

    private boolean transmit(
            Way way, DirectRouting routing, Packet packet, long frame, int length) {
        readdressing.to(way.mac(), way.sourceMac(), routing, frame, packet);
        return way.out().transmit(frame, length, readdressing);
    }

    private static void count(Way way, int bytes) {
        way.ofService().countPacket(bytes);
        way.ofServer().countPacket(bytes);
    }

    private int counted(int from, int to, int refused) {
        if (from < to) {
            total += to - from;
            verdicts.add(Verdict.FORWARDED, to - from - refused);
            verdicts.add(Verdict.TRANSMIT_QUEUE_FULL, refused);
        }
        return to;
    }

    /**
     * What went wrong with the arrival that was left, or null; once. Then it has been decided, and
     * may have been sent.
     */
    @Nullable Throwable fault() {
        Throwable found = fault;
        fault = null;
        return found;
    }

    /** Frames that went straight; for tests. */
    long total() {
        return total;
    }
}
