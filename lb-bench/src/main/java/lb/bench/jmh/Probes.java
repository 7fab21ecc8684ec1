package lb.bench.jmh;

import java.util.random.RandomGenerator;
import lb.core.channel.FrameBatch;
import lb.core.connection.FlowProbe;
import lb.core.wire.Packet;
import lb.core.wire.Tcp;

/** A batch of keys to look up, aimed by parsing frames. Owned by the benchmark's thread. */
final class Probes {
    private final ClientFrames frames = new ClientFrames();
    private final FrameBatch batch = new FrameBatch(1);
    private final Packet packet = new Packet();
    private final FlowProbe[] probes = new FlowProbe[BenchDirector.BATCH];

    Probes() {
        for (int i = 0; i < probes.length; i++) {
            probes[i] = new FlowProbe();
        }
    }

    /** Aims all of them at flows from {@code first} on, picked at random out of {@code count}. */
    void aim(RandomGenerator random, long first, int count) {
        for (FlowProbe probe : probes) {
            aim(probe, first + random.nextInt(count));
        }
    }

    /** Aims one at a flow. */
    void aim(FlowProbe probe, long flow) {
        batch.clear();
        frames.add(batch, flow, Tcp.ACK);
        Packet.Shape shape = packet.parse(batch.address(0), batch.length(0));
        if (shape != Packet.Shape.TRANSPORT) {
            throw new IllegalStateException("a frame of ours is " + shape);
        }
        probe.aimAt(packet);
    }

    /** The keys. */
    FlowProbe[] all() {
        return probes;
    }
}
