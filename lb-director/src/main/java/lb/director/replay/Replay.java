package lb.director.replay;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import lb.core.channel.FrameBatch;
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
    private static final long TIDY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServiceTable services;
    private final Map<IpAddress, Long> neighbours;
    private final ConnectionTable connections;
    private final Director director;
    private @Nullable Long mac;
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
    void explainTo(PrintStream out) {
        director.explainTo(new Explanation(out));
    }

    /**
     * Plays {@code in}, writing what the director sends to {@code out}.
     *
     * @return frames by verdict; they sum to the frames of the capture
     */
    Map<Verdict, Long> run(Path in, Path out) throws IOException {
        try (PcapChannel channel = PcapChannel.open(in, out)) {
            director.waysOut().put(INTERFACE, channel.sink());
            long own = mac == null ? Ingress.ANY_MAC : mac;
            if (mac != null) {
                placeRealServers(mac);
            }
            channel.pipeline()
                    .addLast(new Preparation(channel))
                    .addLast(
                            new FrameHandler(
                                    director,
                                    new Ingress(own, channel.sink()),
                                    channel.nowNanos()));
            channel.run();
        }
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, director.verdicts().count(verdict));
        }
        return counts;
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
            long now = channel.nowNanos().getAsLong();
            connections.advance(now);
            if (now - tidiedNanos >= TIDY_NANOS) {
                tidiedNanos = now;
                connections.cleanUp();
            }
            FrameBatch batch = (FrameBatch) message;
            for (int i = 0; i < batch.size() && mac == null; i++) {
                learnMac(batch.address(i), batch.length(i));
            }
            context.fireChannelRead(message);
        }

        private void learnMac(long frame, int length) {
            if (packet.parse(frame, length) == Packet.Shape.TRANSPORT
                    && services.isServiceAddress(
                            packet.destinationHigh(), packet.destinationLow())) {
                long own = Ethernet.destination(frame);
                mac = own;
                placeRealServers(own);
            }
        }
    }
}
