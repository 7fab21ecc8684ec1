package lb.bench.pps;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.channel.TransmitRing;
import lb.core.linux.PacketInterface;
import lb.core.linux.RingGeometry;
import lb.core.wire.IpAddress;
import lb.core.wire.MacAddress;

/**
 * The packet generator, a process of its own: sends as fast as its interface takes, or evenly at a
 * set rate, for a set time, and says how many frames that were. One thread.
 */
final class GeneratorProgram {
    private static final RingGeometry SLOTS_4096 = RingGeometry.ofSlots(4096);

    /** Frames between two looks at the clock. */
    private static final int BURST = TransmitRing.FLUSH_AT;

    private static final long SEED = 20_261_121;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("Xoroshiro128PlusPlus").create(SEED);
    private final TransmitRing ring;
    private final ClientSegment[] segments;
    private final long flows;
    private long opened;
    private int next;

    private GeneratorProgram(TransmitRing ring, ClientSegment[] segments, long flows) {
        this.ring = ring;
        this.segments = segments;
        this.flows = flows;
    }

    /**
     * Arguments: interface, MAC of the director, VIP, port, pattern, flows, seconds, frames a
     * second or {@link PpsArguments#FULL_RATE}.
     */
    public static void main(String[] words) {
        PacketInterface link = PacketInterface.named(words[0]);
        Pattern pattern = Pattern.valueOf(words[4]);
        ClientSegment[] segments =
                Arrays.stream(pattern.frameBytes())
                        .mapToObj(bytes ->
                                new ClientSegment(
                                        MacAddress.parse(words[1]),
                                        link.mac(),
                                        IpAddress.parse(words[2]),
                                        Integer.parseInt(words[3]),
                                        pattern.tcpFlags(),
                                        bytes))
                        .toArray(ClientSegment[]::new);
        long flows = pattern.hasRandomSources() ? ClientSegment.FLOWS : Long.parseLong(words[5]);
        try (TransmitRing ring = TransmitRing.open(link, SLOTS_4096, () -> {})) {
            GeneratorProgram generator = new GeneratorProgram(ring, segments, flows);
            System.out.println("sending");
            long nanos = TimeUnit.SECONDS.toNanos(Long.parseLong(words[6]));
            int rate = Integer.parseInt(words[7]);
            if (rate == PpsArguments.FULL_RATE) {
                generator.run(nanos);
            } else {
                generator.run(nanos, rate);
            }
            System.out.println("offered " + ring.transmitted());
        }
    }

    private void run(long nanos) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < nanos) {
            burst();
        }
        ring.flush();
    }

    /** Sends each frame when it is due; what could not be sent in time follows at once. */
    private void run(long nanos, int rate) {
        long began = System.nanoTime();
        for (long elapsed = 0, sent = 0; elapsed < nanos; elapsed = System.nanoTime() - began) {
            long due = rate * (elapsed / 1_000) / 1_000_000;
            if (sent == due) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < BURST && sent < due; i++) {
                sent += one() ? 1 : 0;
            }
            ring.flush();
        }
    }

    private void burst() {
        for (int i = 0; i < BURST; i++) {
            one();
        }
    }

    private boolean one() {
        ClientSegment segment = segments[next];
        next = next + 1 == segments.length ? 0 : next + 1;
        segment.from(nextFlow());
        return ring.transmit(segment.frame(), segment.frameBytes());
    }

    /** Each flow twice, so that all are established; from then on any of them. */
    private long nextFlow() {
        if (opened < 2 * flows && flows != ClientSegment.FLOWS) {
            return opened++ % flows;
        }
        return flows == ClientSegment.FLOWS
                ? random.nextLong() >>> 26
                : (random.nextInt() & 0xffff_ffffL) * flows >>> 32;
    }
}
