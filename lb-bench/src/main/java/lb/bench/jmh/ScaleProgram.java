package lb.bench.jmh;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import lb.core.wire.Tcp;

/**
 * One size of {@code lb bench scale}, in a process of its own: opens the connections, then times
 * frames of any of them. One thread.
 */
public final class ScaleProgram {
    /** What stands before the nanoseconds of a frame, one for each sample. */
    public static final String NANOS = "nanos per frame ";

    /** What stands before the heap bytes of a connection. */
    public static final String BYTES = "bytes per connection ";

    /** As many frames a second as the director's clock pretends: one million. */
    private static final long NANOS_PER_FRAME = 1000;

    /** Few enough for the newcomers' part of the smallest table. */
    private static final int NEWCOMERS = 256;

    private final SplittableRandom random = new SplittableRandom(1);
    private final BenchDirector director;
    private final int connections;

    private ScaleProgram(int services, int realServers, int connections) {
        // A quarter of the table is for newcomers; the rest has room for all, and some more.
        long maximum = connections / 2L * 3;
        director =
                new BenchDirector(
                        BenchServices.table("mh", services, realServers), maximum, NANOS_PER_FRAME);
        this.connections = connections;
    }

    /** Arguments: services, real servers of each, connections, samples, seconds of a sample. */
    public static void main(String[] words) {
        ScaleProgram program =
                new ScaleProgram(
                        Integer.parseInt(words[0]),
                        Integer.parseInt(words[1]),
                        Integer.parseInt(words[2]));
        double bytes = program.open();
        long nanos = TimeUnit.SECONDS.toNanos(Long.parseLong(words[4]));
        program.measure(2 * nanos);
        String samples =
                DoubleStream.generate(() -> program.measure(nanos))
                        .limit(Long.parseLong(words[3]))
                        .mapToObj(sample -> String.format(Locale.ROOT, "%.2f", sample))
                        .collect(Collectors.joining(" "));
        program.director.verifyAllForwarded();
        program.director.verifyConnections(program.connections, program.connections);
        System.out.println(NANOS + samples);
        System.out.println(String.format(Locale.ROOT, "%s%.1f", BYTES, bytes));
    }

    /**
     * Opens the connections, some at a time, and sends a second segment on each: the table takes a
     * newcomer over into its confirmed part then, once and for all. Returns the heap bytes of a
     * connection.
     */
    private double open() {
        long before = usedBytes();
        for (int first = 0; first < connections; first += NEWCOMERS) {
            int count = Math.min(NEWCOMERS, connections - first);
            director.establish(first, count);
        }
        director.verifyConnections(connections, connections);
        return (double) (usedBytes() - before) / connections;
    }

    /** Nanoseconds of a frame, over so many nanoseconds; writing the frames is left out. */
    private double measure(long nanos) {
        long spent = 0;
        long frames = 0;
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            director.clear();
            for (int i = 0; i < BenchDirector.BATCH; i++) {
                director.add(random.nextInt(connections), Tcp.ACK);
            }
            long began = System.nanoTime();
            director.onFrames();
            spent += System.nanoTime() - began;
            frames += BenchDirector.BATCH;
        }
        return (double) spent / frames;
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
