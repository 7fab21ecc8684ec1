package lb.bench.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import lb.core.channel.FrameBatch;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.director.Director;
import lb.core.director.DirectorSettings;
import lb.core.director.Ingress;
import lb.core.director.Verdict;
import lb.core.service.ServiceTable;
import lb.core.wire.Tcp;

/**
 * A director of one worker with the full data path: service, connection table, counters, way out.
 * Owned by the benchmark's thread, which also moves its clock: so a run says how often a connection
 * is due for the table.
 */
final class BenchDirector {
    /** Frames of a batch. */
    static final int BATCH = 64;

    private final ClientFrames frames;
    private final FrameBatch batch = new FrameBatch(BATCH);
    private final TransmitSlots out = new TransmitSlots();
    private final Ingress ingress = new Ingress(ClientFrames.DIRECTOR_MAC, out);
    private final ConnectionTable connections;
    private final Director director;
    private final long nanosPerBatch;
    private long nowNanos = TimeUnit.HOURS.toNanos(1);

    /**
     * A director of one service with three real servers and no connection, for plain IPv4 frames.
     *
     * @param maximum connections that its table holds at most
     * @param nanosPerFrame how far each frame moves the clock
     */
    BenchDirector(String scheduler, long maximum, long nanosPerFrame) {
        this(BenchServices.table(scheduler, 3), maximum, nanosPerFrame);
    }

    /** The same with other services; the flows go to them by turns. */
    BenchDirector(ServiceTable services, long maximum, long nanosPerFrame) {
        this(services, maximum, nanosPerFrame, ClientFrames.Shape.IPV4);
    }

    /** The same with other frames. */
    BenchDirector(
            ServiceTable services, long maximum, long nanosPerFrame, ClientFrames.Shape shape) {
        this(
                services,
                new ConnectionTable(maximum, Timeouts.DEFAULT, Runnable::run),
                nanosPerFrame,
                shape);
    }

    /** The same with a table of whose upkeep something else takes care. */
    BenchDirector(
            ServiceTable services,
            ConnectionTable connections,
            long nanosPerFrame,
            ClientFrames.Shape shape) {
        frames = new ClientFrames(shape, services.services().size());
        this.connections = connections;
        director = new Director(0, 1, connections, DirectorSettings.DEFAULT);
        director.waysOut().put(BenchServices.INTERFACE, out);
        director.onReplaceServices(services);
        nanosPerBatch = nanosPerFrame * BATCH;
    }

    /** Forgets the batch before. */
    void clear() {
        batch.clear();
    }

    /** Appends a segment of {@code flow} to the batch. */
    void add(long flow, int tcpFlags) {
        frames.add(batch, flow, tcpFlags);
    }

    /** What is measured: the director's whole work on the batch, and the worker's flush. */
    void onFrames() {
        nowNanos += nanosPerBatch;
        director.onFrames(batch, ingress, nowNanos);
        director.waysOut().flush();
    }

    /** Makes the connections of the flows from {@code first} on. */
    void open(long first, int count, int tcpFlags) {
        for (int i = 0; i < count; ) {
            clear();
            for (; !batch.isFull() && i < count; i++) {
                add(first + i, tcpFlags);
            }
            onFrames();
        }
    }

    /**
     * Has connections that are in use: the second packet confirms a connection, once in its life,
     * and that is not the price of an established frame.
     */
    void establish(long first, int count) {
        open(first, count, Tcp.ACK);
        open(first, count, Tcp.ACK);
    }

    /** Writes a batch of segments of random connections out of {@code count}. */
    void receive(SplittableRandom random, int count) {
        clear();
        for (int i = 0; i < BATCH; i++) {
            add(random.nextInt(count), Tcp.ACK);
        }
    }

    /** Live connections. */
    long connections() {
        connections.cleanUp();
        return connections.size();
    }

    /** Connections that the table pushed out. */
    long evictions() {
        return connections.evictions();
    }

    /**
     * Fails the run unless every frame so far was forwarded: else the score is of something else.
     */
    void verifyAllForwarded() {
        long forwarded = director.verdicts().count(Verdict.FORWARDED);
        long total = director.verdicts().total();
        if (forwarded != total || total == 0) {
            throw new IllegalStateException(forwarded + " of " + total + " frames were forwarded");
        }
    }

    /**
     * Fails the run unless the table holds as many connections as it says in the table of results.
     */
    void verifyConnections(long least, long most) {
        long live = connections();
        if (live < least || live > most) {
            throw new IllegalStateException(
                    live + " connections instead of " + least + " to " + most);
        }
    }
}
