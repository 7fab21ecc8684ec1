package lb.director.replay;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import lb.core.channel.FrameBatch;
import lb.core.channel.FrameSink;
import lb.core.channel.PcapChannel;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.director.Director;
import lb.core.director.DirectorSettings;
import lb.core.director.FrameHandler;
import lb.core.director.Ingress;
import lb.core.director.Verdict;
import lb.core.service.NextHop;
import lb.core.service.RealServer;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * A director between two capture files, with the time that the capture has. Owned by the thread
 * that runs it.
 *
 * <p>No kernel resolves neighbours here: the MAC addresses of the real servers are given. The
 * director's own MAC address is given too, or is the one that the first frame for a service was
 * sent to.
 */
final class Replay {
    private static final int INTERFACE = 1;
    private static final int MTU = 1500;

    /** Of a MAC address: meant for many. */
    private static final long GROUP_BIT = 1L << 40;

    private static final long TIDY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long BEFORE_THE_FIRST = Long.MIN_VALUE;

    private final ServiceTable services;
    private final Map<IpAddress, Long> neighbours;
    private final ConnectionTable connections;
    private final Director director;
    private @Nullable Long mac;
    private @Nullable Explanation explanation;
    private long nowNanos = BEFORE_THE_FIRST;
    private long tidiedNanos;

    Replay(
            ServiceTable services,
            DirectorSettings settings,
            Timeouts timeouts,
            long maximum,
            Map<IpAddress, Long> neighbours,
            @Nullable Long mac) {
        this.services = services;
        this.neighbours = Map.copyOf(neighbours);
        this.mac = mac;
        connections = new ConnectionTable(maximum, timeouts, Runnable::run);
        director = new Director(0, 1, connections, settings);
        director.onReplaceServices(services);
    }

    /** Explains each frame on a line of its own. */
    void explainTo(PrintWriter out) {
        explanation = new Explanation(out);
        director.explainTo(explanation);
    }

    /**
     * Plays {@code in}, writing what the director sends to {@code out}.
     *
     * @return frames by verdict; they sum to the frames of the capture
     */
    Map<Verdict, Long> run(Path in, Path out) throws IOException {
        try (PcapChannel channel = PcapChannel.open(in, out)) {
            director.waysOut().put(INTERFACE, channel.sink());
            if (mac != null) {
                placeRealServers(mac);
            }
            channel.pipeline()
                    .addLast(new Preparation(channel))
                    .addLast(frameHandler(mac == null ? Ingress.ANY_MAC : mac, channel));
            channel.run();
        }
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, director.verdicts().count(verdict));
        }
        return counts;
    }

    private FrameHandler frameHandler(long own, PcapChannel channel) {
        FrameSink back =
                explanation == null ? channel.sink() : new ToldSink(channel.sink(), explanation);
        return new FrameHandler(director, new Ingress(own, back), () -> nowNanos);
    }

    private void placeRealServers(long own) {
        for (VirtualService service : services.services()) {
            for (RealServer server : service.realServers()) {
                Long neighbour = neighbours.get(server.address());
                server.moveTo(
                        neighbour == null ? null : new NextHop(INTERFACE, neighbour, own, MTU));
            }
        }
    }

    /** The way back to the clients, which tells of each answer. */
    private record ToldSink(FrameSink sink, Explanation explanation) implements FrameSink {
        @Override
        public boolean transmit(long frame, int length) {
            explanation.onAnswer();
            return sink.transmit(frame, length);
        }

        @Override
        public void flush() {
            sink.flush();
        }
    }

    /**
     * Before each frame: learns the director's MAC address, and lets connections expire by the
     * capture's time.
     */
    private final class Preparation extends ChannelInboundHandlerAdapter {
        private final PcapChannel channel;
        private final Packet packet = new Packet();

        Preparation(PcapChannel channel) {
            this.channel = channel;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            advance(channel.nowNanos().getAsLong());
            FrameBatch batch = (FrameBatch) message;
            for (int i = 0; i < batch.size(); i++) {
                onFrame(context, batch.address(i), batch.length(i));
            }
            context.fireChannelRead(message);
        }

        /**
         * A capture of several queues or interfaces may step back in time; a director's clock never
         * does.
         */
        private void advance(long captureNanos) {
            if (nowNanos == BEFORE_THE_FIRST) {
                tidiedNanos = captureNanos;
            }
            nowNanos = Math.max(nowNanos, captureNanos);
            tidyUntilNow();
            connections.advance(nowNanos);
        }

        /**
         * Second by second through a gap, as a running director does: a template outlives what
         * hangs on it.
         */
        private void tidyUntilNow() {
            while (nowNanos - tidiedNanos >= TIDY_NANOS) {
                tidiedNanos = connections.size() == 0 ? nowNanos : tidiedNanos + TIDY_NANOS;
                connections.advance(tidiedNanos);
                connections.cleanUp();
            }
        }

        private void onFrame(ChannelHandlerContext context, long frame, int length) {
            if (explanation != null) {
                explanation.onFrame(channel.nowNanos().getAsLong(), frame, length);
            }
            if (mac == null && isForService(frame, length)) {
                learnMac(context, Ethernet.destination(frame));
            }
        }

        private boolean isForService(long frame, int length) {
            return packet.parse(frame, length) == Packet.Shape.TRANSPORT
                    && (Ethernet.destination(frame) & GROUP_BIT) == 0
                    && services.isServiceAddress(packet.destinationHigh(), packet.destinationLow());
        }

        /**
         * From now on frames to other MAC addresses, such as those that the director sent on, are
         * not its own.
         */
        private void learnMac(ChannelHandlerContext context, long own) {
            mac = own;
            placeRealServers(own);
            context.pipeline().replace(FrameHandler.class, "director", frameHandler(own, channel));
        }
    }
}
