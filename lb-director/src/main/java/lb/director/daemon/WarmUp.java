package lb.director.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lb.core.channel.TransmitRing;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.connection.Upkeep;
import lb.core.director.Director;
import lb.core.director.DirectorSettings;
import lb.core.director.Ingress;
import lb.core.director.VerdictCounters;
import lb.core.linux.RingGeometry;
import lb.core.service.NextHop;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.wire.IpAddress;

/**
 * Runs frames through a director of its own, so that the JVM has loaded and compiled the frame path
 * before the first client's comes, and soon after it has come with all that is rare. Runs on the
 * thread that starts the director, and again on that of {@link LateWarmUp}; sends nothing.
 *
 * <p>The compiler leaves out what has never happened, and throws its work away when it happens
 * after all: then the path is slow for half a second, and the compiler busy. So what is rare has to
 * happen here too: a carry in a checksum, a connection that the table has to hear of again, one
 * that ends, frames that are not to be forwarded. And what is called here has to be what a running
 * director calls, of the same class. So it is, but for the end of {@link TransmitRing#flush}: there
 * a running director calls the kernel.
 */
final class WarmUp {
    private static final long BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
    private static final int ROUNDS = 1_000;

    /** Clients of so many batches come to a director before the next one, whose table is empty. */
    private static final int COHORTS = 2;

    private static final int ROUNDS_OF_DIRECTOR = COHORTS * WarmUpFrames.STEPS;

    /** Enough for every client: one that was forgotten would be refused. */
    private static final int CONNECTIONS = 10 * COHORTS * WarmUpFrames.BATCH;

    private static final RingGeometry WAY_OUT = RingGeometry.ofSlots(128);
    private static final int INTERFACE = 1;
    private static final NextHop NEXT_HOP =
            new NextHop(INTERFACE, 0x0200_0000_0003L, WarmUpFrames.OWN_MAC, 1500);
    private static final List<RealServerDefinition> REAL_SERVERS =
            List.of(
                    new RealServerDefinition(IpAddress.parse("192.0.2.2"), 1, 1),
                    new RealServerDefinition(IpAddress.parse("192.0.2.3"), 1, 1));

    /** Of each port that has services. */
    private static final String[] SCHEDULERS = {"mh", "wlc"};

    /**
     * Before this step of theirs clients are silent, so that the table has to hear of them again.
     */
    private static final int AFTER_SILENCE = 3;

    /**
     * So long that the table has to hear of every connection again, and that those of the clients
     * before end, which have closed theirs; shorter than the timeouts of the others.
     */
    static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(240);

    /**
     * The way out is flushed after so many batches: too many for its ring, which flushes before.
     */
    private static final int FLUSH_EVERY = 2;

    private final int workers;
    private final ServiceTable services;
    private final List<VerdictCounters> verdicts = new ArrayList<>();
    private final TransmitRing wayOut = TransmitRing.toNowhere(WAY_OUT);
    private final Ingress ingress = new Ingress(WarmUpFrames.OWN_MAC, wayOut);
    private long ended;

    private WarmUp(SchedulerRegistry registry, int workers) {
        this.workers = workers;
        services = services(registry, workers);
    }

    /**
     * What came of it.
     *
     * @param verdicts what became of the frames, for each of its directors
     * @param ended connections whose time was up
     */
    record Outcome(List<VerdictCounters> verdicts, long ended) {}

    /**
     * Warms up for some 0.7 s at the most, less once the code is compiled, or until the thread is
     * interrupted.
     *
     * @param workers how many the director will have: one alone asks the table less
     */
    static Outcome run(SchedulerRegistry registry, int workers) {
        WarmUp warmUp = new WarmUp(registry, workers);
        warmUp.run();
        return new Outcome(warmUp.verdicts, warmUp.ended);
    }

    private static ServiceTable services(SchedulerRegistry registry, int workers) {
        List<ServiceDefinition> definitions = new ArrayList<>();
        for (int i = 0; i < WarmUpFrames.PORTS; i++) {
            for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
                ServiceKey key =
                        new ServiceKey(WarmUpFrames.VIP, WarmUpFrames.FIRST_PORT + i, protocol);
                definitions.add(new ServiceDefinition(key, SCHEDULERS[i], Set.of(), REAL_SERVERS));
            }
        }
        ServiceTable table = ServiceTable.empty(workers).replacedBy(definitions, registry);
        table.services()
                .forEach(service -> service.realServers().forEach(one -> one.moveTo(NEXT_HOP)));
        return table;
    }

    private void run() {
        long deadline = System.nanoTime() + BUDGET_NANOS;
        try (wayOut;
                WarmUpFrames frames = new WarmUpFrames()) {
            for (int round = 0;
                    round < ROUNDS
                            && System.nanoTime() < deadline
                            && !Thread.currentThread().isInterrupted();
                    round += ROUNDS_OF_DIRECTOR) {
                direct(frames, round);
            }
        }
    }

    private void direct(WarmUpFrames frames, int firstRound) {
        ConnectionTable connections =
                new ConnectionTable(CONNECTIONS, Timeouts.DEFAULT, new Upkeep());
        Director director = director(connections);
        long silences = 0;
        for (int round = firstRound; round < firstRound + ROUNDS_OF_DIRECTOR; round++) {
            if (round % WarmUpFrames.STEPS == AFTER_SILENCE) {
                silences++;
                cleanUp(connections, now(silences));
            }
            director.onFrames(frames.ofRound(round), ingress, now(silences));
            if (round % FLUSH_EVERY == FLUSH_EVERY - 1) {
                director.waysOut().flush();
            }
        }
        verdicts.add(director.verdicts());
    }

    private Director director(ConnectionTable connections) {
        Director director = new Director(0, workers, connections, DirectorSettings.DEFAULT);
        director.waysOut().put(INTERFACE, wayOut);
        director.onOwnMac(WarmUpFrames.OWN_MAC);
        director.onReplaceServices(services);
        return director;
    }

    private static long now(long silences) {
        return System.nanoTime() + silences * SILENCE_NANOS;
    }

    private void cleanUp(ConnectionTable connections, long now) {
        long before = connections.size();
        connections.advance(now);
        connections.cleanUp();
        ended += before - connections.size();
    }
}
