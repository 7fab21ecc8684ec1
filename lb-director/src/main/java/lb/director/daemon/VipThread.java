package lb.director.daemon;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import lb.core.linux.Link;
import lb.core.linux.Rtnetlink;
import lb.core.wire.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code lb-vips}: owns the {@link VipLeases}. Refreshes them only while the workers
 * answer, so that a director that cannot forward does not go on owning VIPs. Other threads queue
 * commands.
 */
final class VipThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VipThread.class);
    private static final long REFRESH_MILLIS = 500;
    private static final long ANSWER_MILLIS = 1_000;
    private static final long ANNOUNCE_SECONDS = 60;
    private static final long ANSWER_SECONDS = 10;

    private final ScheduledThreadPoolExecutor executor;
    private final Rtnetlink rtnetlink;
    private final Link link;
    private final LinkWatch watch;
    private final VipLeases leases;
    private final Announcer announcer;
    private final Workers workers;
    private final Consumer<String> onFatal;
    private Set<IpAddress> wanted = Set.of();
    private final long leaseSeconds;
    private long refreshedNanos = System.nanoTime();
    private volatile boolean stalled;

    /**
     * A thread that holds no VIP yet.
     *
     * @param links where clients' frames come in; the VIPs' interface first
     * @param leaseSeconds how long a VIP outlives its last refresh
     * @param onFatal hears why the director cannot go on
     */
    VipThread(List<Link> links, long leaseSeconds, Workers workers, Consumer<String> onFatal) {
        link = links.getFirst();
        this.workers = workers;
        this.onFatal = onFatal;
        this.leaseSeconds = leaseSeconds;
        rtnetlink = Rtnetlink.open();
        watch = new LinkWatch(rtnetlink, links);
        leases = new VipLeases(rtnetlink, link, leaseSeconds);
        executor =
                new ScheduledThreadPoolExecutor(
                        1, task -> Thread.ofPlatform().name("lb-vips").daemon().unstarted(task));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        announcer = new Announcer(workers.first(), link, executor, this::announceable);
        var _ =
                executor.scheduleWithFixedDelay(
                        this::tick, REFRESH_MILLIS, REFRESH_MILLIS, TimeUnit.MILLISECONDS);
        var _ =
                executor.scheduleWithFixedDelay(
                        () -> announcer.announce(announceable()),
                        ANNOUNCE_SECONDS,
                        ANNOUNCE_SECONDS,
                        TimeUnit.SECONDS);
    }

    /** Holds exactly these VIPs; returns when they are on the interface. */
    void hold(Set<IpAddress> vips) {
        call(() -> {
            wanted = Set.copyOf(vips);
            announcer.announceTaken(leases.hold(wanted));
            return true;
        });
    }

    /** The VIPs that are held now: nothing else may be announced, whatever was planned. */
    private Set<IpAddress> announceable() {
        return stalled ? Set.of() : wanted;
    }

    /** Whether the workers answered when they were last asked. */
    boolean workersAnswer() {
        return !stalled;
    }

    /** The VIPs that it holds, as text. */
    Set<String> held() {
        return call(leases::held);
    }

    /** Runs {@code work} on the thread; what it throws is thrown here. */
    private <T> T call(Callable<T> work) {
        Future<T> done = executor.submit(work);
        try {
            return done.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the thread that holds the VIPs does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void tick() {
        try {
            boolean cameUp = watch.look().contains(link);
            Optional<String> fatal = watch.fatal();
            if (fatal.isPresent()) {
                onFatal.accept(fatal.get());
            } else if (workers.answerWithin(ANSWER_MILLIS)) {
                onHealthy();
                if (cameUp) {
                    // What is at the other end of the cable may have forgotten, or be another.
                    announcer.announceTaken(wanted);
                }
            } else if (!stalled) {
                stalled = true;
                LOG.error(
                        "a worker has not answered for {} ms: the VIPs are no longer refreshed and "
                                + "will go when their lease ends",
                        ANSWER_MILLIS);
            }
        } catch (RuntimeException e) {
            LOG.warn("could not look after the VIPs, trying again: {}", e.getMessage());
        }
    }

    private void onHealthy() {
        long now = System.nanoTime();
        boolean lapsed = now - refreshedNanos >= TimeUnit.SECONDS.toNanos(leaseSeconds);
        leases.refresh();
        refreshedNanos = now;
        if (stalled || lapsed) {
            stalled = false;
            LOG.info("refreshing the VIPs again after a stall: they are announced anew");
            announcer.announceTaken(wanted);
        }
    }

    /** Removes the VIPs at once. */
    @Override
    public void close() {
        try {
            call(() -> {
                leases.close();
                return true;
            });
        } finally {
            executor.shutdownNow();
            awaitEnd();
            watch.close();
            rtnetlink.close();
        }
    }

    /** The socket must not be closed below a refresh that still runs. */
    private void awaitEnd() {
        try {
            if (!executor.awaitTermination(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the thread that holds the VIPs does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
