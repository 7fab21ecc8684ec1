package lb.director.daemon;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import lb.core.forward.NeighbourReport;
import lb.core.forward.NeighbourTable;
import lb.core.linux.Link;
import lb.core.linux.Readiness;
import lb.core.linux.Rtnetlink;
import lb.core.linux.RtnetlinkMonitor;
import lb.core.service.RealServer;
import lb.core.wire.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code lb-neighbours}: owns the {@link NeighbourTable} and the rtnetlink sockets.
 * Other threads queue commands.
 */
final class NeighbourThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NeighbourThread.class);

    private static final long ANSWER_SECONDS = 10;
    private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_MILLIS = 1_000;
    private static final long RESOLVE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RESOLVE_POLL_MILLIS = 10;

    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Rtnetlink rtnetlink;
    private final RtnetlinkMonitor monitor;

    /** What the kernel tells wakes the thread at once, and so does a command. */
    private final Readiness readiness;

    private final NeighbourTable table;
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * A thread that follows nobody yet.
     *
     * @param wayOutNeeded hears of an interface before the first next hop names it
     * @param onMoved hears that a real server is no longer where it was, as soon as it is known
     */
    NeighbourThread(Consumer<Link> wayOutNeeded, Runnable onMoved) {
        rtnetlink = Rtnetlink.open();
        try {
            monitor = RtnetlinkMonitor.ofLinksAndNeighbours();
        } catch (RuntimeException e) {
            rtnetlink.close();
            throw e;
        }
        try {
            readiness = new Readiness();
        } catch (RuntimeException e) {
            monitor.close();
            rtnetlink.close();
            throw e;
        }
        readiness.watch(monitor.fd());
        table = new NeighbourTable(rtnetlink, wayOutNeeded, onMoved);
        thread = Thread.ofPlatform().name("lb-neighbours").daemon().start(this::run);
    }

    /** Queues "follow exactly these real servers"; done when each has been asked for once. */
    CompletableFuture<Void> follow(Set<RealServer> servers) {
        Set<RealServer> copy = Set.copyOf(servers);
        CompletableFuture<Void> done = new CompletableFuture<>();
        command(() -> {
            try {
                table.follow(copy);
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private void command(Runnable command) {
        commands.add(command);
        readiness.wakeUp();
    }

    /** Queues "delete the neighbour entries that a dead director left". */
    void releaseStale() {
        command(() ->
                rtnetlink
                        .releaseStaleNeighbours()
                        .forEach(one ->
                                LOG.info(
                                        "neighbour {} of a director that died removed",
                                        IpAddress.of(one.address()))));
    }

    List<NeighbourReport> reports() {
        return table.reports();
    }

    private void run() {
        long refreshedNanos = System.nanoTime();
        while (!stopping) {
            try {
                for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
                    next.run();
                }
                long dueNanos = refreshedNanos + (allResolved() ? REFRESH_NANOS : RETRY_NANOS);
                readiness.await(Math.max(0, dueNanos - System.nanoTime()));
                table.onEvents(monitor.poll(0));
                if (System.nanoTime() - dueNanos >= 0) {
                    refreshedNanos = System.nanoTime();
                    table.refresh();
                }
            } catch (RuntimeException e) {
                LOG.warn("cannot follow the kernel's neighbours, trying again: {}", e.getMessage());
                pause(PAUSE_MILLIS);
            }
        }
        closeAll();
    }

    /**
     * Gives ARP a moment, so that "ready" is true for every real server that is there; warns of the
     * others.
     */
    void awaitResolved() {
        long begin = System.nanoTime();
        while (!allResolved()
                && System.nanoTime() - begin < RESOLVE_NANOS
                && !Thread.currentThread().isInterrupted()) {
            pause(RESOLVE_POLL_MILLIS);
        }
        for (NeighbourReport report : unresolved()) {
            LOG.warn(
                    "real server {} cannot be reached: {}; its frames are counted as NEIGHBOUR_UNRESOLVED",
                    IpAddress.of(report.address()),
                    report.problem());
        }
    }

    private boolean allResolved() {
        return unresolved().isEmpty();
    }

    private List<NeighbourReport> unresolved() {
        return table.reports().stream().filter(report -> report.nextHop().isEmpty()).toList();
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeAll() {
        try {
            table.close();
        } catch (RuntimeException e) {
            LOG.warn("could not give all neighbours back to the kernel: {}", e.getMessage());
        } finally {
            readiness.close();
            monitor.close();
            rtnetlink.close();
        }
    }

    @Override
    public void close() {
        stopping = true;
        readiness.wakeUp();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
