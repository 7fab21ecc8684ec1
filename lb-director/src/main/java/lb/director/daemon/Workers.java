package lb.director.daemon;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import lb.core.channel.PacketChannel;
import lb.core.channel.PacketChannelOptions;
import lb.core.connection.ConnectionTable;
import lb.core.director.Director;
import lb.core.director.DirectorSettings;
import lb.core.director.VerdictCounters;
import lb.core.director.Worker;
import lb.core.fragment.HeldCounters;
import lb.core.linux.KernelException;
import lb.core.linux.KernelShortcut;
import lb.core.linux.Link;
import lb.core.linux.ThreadScheduling;
import lb.core.service.ServiceTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers and their channels. Any thread; setting up is serialised. */
final class Workers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final long ANSWER_SECONDS = 10;

    /** Enough for the compiler to begin to take notes of what happens, and then of some more. */
    private static final int WAKE_UPS = 1_000;

    private static final int TIMER_EVERY = 8;
    private static final long TIMER_NANOS = 50_000;
    private static final long LATE_STEP_NANOS = 1_000;
    private static final int LATE_STEPS = 100;

    private final MultiThreadIoEventLoopGroup eventLoops;
    private final List<Worker> workers = new ArrayList<>();

    Workers(int count, ConnectionTable connections, DirectorSettings settings) {
        eventLoops =
                new MultiThreadIoEventLoopGroup(
                        count,
                        new DefaultThreadFactory("lb-worker", true, Thread.NORM_PRIORITY),
                        EpollIoHandler.newFactory());
        for (int i = 0; i < count; i++) {
            EventLoop eventLoop = eventLoops.next();
            eventLoop.execute(Workers::runPromptly);
            if (i == 0) {
                rehearse(eventLoop);
            }
            workers.add(new Worker(eventLoop, new Director(i, count, connections, settings)));
        }
    }

    /**
     * Wakes an event loop by tasks, by its timer, and by both at a time, so that the compiler, when
     * the first frames make it look at the loop, has seen all of it happen: see {@link WarmUp}. One
     * is enough, since all have the same code.
     */
    private static void rehearse(EventLoop eventLoop) {
        for (int i = 0; i < WAKE_UPS; i++) {
            if (i % TIMER_EVERY == 0) {
                Future<?> timer = eventLoop.schedule(() -> {}, TIMER_NANOS, TimeUnit.NANOSECONDS);
                // Now sooner, now later, since it takes a while to wake up.
                spin(TIMER_NANOS + i % LATE_STEPS * LATE_STEP_NANOS);
                eventLoop.execute(() -> {});
                timer.syncUninterruptibly();
            } else {
                eventLoop.submit(() -> {}).syncUninterruptibly();
            }
        }
    }

    private static void spin(long nanos) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < nanos) {
            Thread.onSpinWait();
        }
    }

    /** A frame that comes while another thread runs should not have to wait for it. */
    private static void runPromptly() {
        try {
            ThreadScheduling.prompt();
        } catch (KernelException e) {
            LOG.debug("a worker keeps its time slice: {}", e.getMessage());
        }
    }

    /**
     * Opens an interface on every worker; with several workers its frames are spread over them by
     * flow.
     */
    synchronized void open(Link link, PacketChannelOptions options) {
        List<PacketChannel> channels =
                PacketChannel.openWorkers(link.name(), workers.size(), options);
        for (int i = 0; i < workers.size(); i++) {
            workers.get(i).attach(channels.get(i));
        }
    }

    /** Has every open channel pass over what the kernel hands on by this shortcut. */
    synchronized void passOver(KernelShortcut shortcut) {
        channels().forEach(channel -> channel.passOver(shortcut));
    }

    /** Opens an interface for sending only, unless it is open. */
    synchronized void openWayOut(Link link) {
        for (Worker worker : workers) {
            if (!worker.hasChannel(link.index())) {
                worker.attach(PacketChannel.open(link.name(), PacketChannelOptions.transmitOnly()));
            }
        }
    }

    /** Has every worker take frames to exactly these virtual MAC addresses on an interface. */
    synchronized void useVirtualMacs(int interfaceIndex, List<Long> macs) {
        workers.forEach(worker -> worker.useVirtualMacs(interfaceIndex, macs));
    }

    /** Gives every worker the services; returns when each of them works by them. */
    void replaceServices(ServiceTable services) {
        all(workers.stream().map(worker -> worker.proxy().replaceServices(services)).toList());
    }

    /** Gives every worker the settings; returns when each of them works by them. */
    void replaceSettings(DirectorSettings settings) {
        all(workers.stream().map(worker -> worker.proxy().replaceSettings(settings)).toList());
    }

    private static void all(List<CompletableFuture<Void>> commands) {
        CompletableFuture.allOf(commands.toArray(CompletableFuture<?>[]::new))
                .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Whether every worker answers within the time given. */
    boolean answerWithin(long millis) {
        List<CompletableFuture<Void>> beats =
                workers.stream().map(worker -> worker.proxy().heartbeat()).toList();
        CompletableFuture<Void> together =
                CompletableFuture.allOf(beats.toArray(CompletableFuture<?>[]::new));
        return Boolean.TRUE.equals(
                together.thenApply(_ -> true)
                        .completeOnTimeout(false, millis, TimeUnit.MILLISECONDS)
                        .exceptionally(_ -> false)
                        .join());
    }

    /**
     * Has every worker beat from now on: nobody watches it but a virtual router's speaker, and the
     * shortcut while it is in use.
     */
    synchronized void beat() {
        workers.forEach(Worker::beat);
    }

    /** The heartbeat of the worker that is furthest behind, see {@link Worker#beatNanos}. */
    long beatNanos() {
        long now = System.nanoTime();
        long oldest = 0;
        for (int i = 0; i < workers.size(); i++) {
            oldest = Math.max(oldest, now - workers.get(i).beatNanos());
        }
        return now - oldest;
    }

    List<Worker> all() {
        return List.copyOf(workers);
    }

    Worker first() {
        return workers.getFirst();
    }

    int count() {
        return workers.size();
    }

    List<VerdictCounters> verdicts() {
        return workers.stream().map(Worker::verdicts).toList();
    }

    List<HeldCounters> heldFragments() {
        return workers.stream().map(Worker::heldFragments).toList();
    }

    synchronized List<PacketChannel> channels() {
        return workers.stream().flatMap(worker -> worker.channels().stream()).toList();
    }

    /** The layout of each worker's ring on each interface, and how often they changed over. */
    synchronized String ringsInUse() {
        Map<String, List<PacketChannel>> byInterface =
                channels().stream()
                        .filter(channel -> !channel.ringLayout().isEmpty())
                        .collect(
                                Collectors.groupingBy(
                                        channel -> channel.link().name(),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        return byInterface.entrySet().stream()
                .map(entry -> ringsInUse(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static String ringsInUse(String name, List<PacketChannel> channels) {
        return name
                + channels.stream()
                        .map(channel -> " " + channel.ringLayout())
                        .collect(Collectors.joining())
                + ", changed over "
                + channels.stream().mapToLong(PacketChannel::ringChanges).sum()
                + " times";
    }

    @Override
    public void close() {
        for (Worker worker : workers) {
            try {
                worker.close();
            } catch (CompletionException e) {
                LOG.warn("a worker did not answer and is left behind: {}", e.getMessage());
            }
        }
        eventLoops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000);
    }
}
