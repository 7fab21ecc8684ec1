package lb.vrrp.speaker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import lb.core.linux.KernelException;
import lb.core.linux.NativeBuffer;
import lb.core.linux.Readiness;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Event;
import lb.vrrp.wire.IpFamily;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks for all virtual routers of this host. Its thread {@code lb-vrrp} owns them; every method
 * may be called by any thread.
 *
 * <p>A turn: wait for packets or the next deadline, hear all that waits, only then act on timers
 * that have expired. So adverts that came while the process stood still are not taken for silence.
 * Turns without news allocate nothing.
 */
public final class Speaker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Speaker.class);

    /** Longest IP packet, and longest wait, so that {@link #lastTurnNanos} tells of life. */
    private static final int PACKET_BYTES = 1 << 16;

    private static final long MAX_WAIT_NANOS = 250_000_000L;
    private static final long PAUSE_NANOS = 1_000_000L;
    private static final long ANSWER_SECONDS = 2;

    private final SpeakerListener listener;
    private final NativeBuffer memory = new NativeBuffer(2L * PACKET_BYTES);
    private final Readiness readiness = new Readiness();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final LinkWatch links;
    private final Thread thread;

    private final List<Wire> wires = new ArrayList<>();
    private final List<Voice> voices = new ArrayList<>();
    private final RateLimit faultLimit = new RateLimit();
    private Map<String, LinkSight> sights;
    private boolean stopped;
    private volatile long turnNanos = System.nanoTime();

    private Speaker(List<VrrpInstance> instances, Set<IpAddress> vips, SpeakerListener listener) {
        this.listener = listener;
        links = new LinkWatch(interfaces(instances), vips, now -> tell(() -> onLinks(now)));
        sights = links.first();
        thread = Thread.ofPlatform().name("lb-vrrp").daemon().unstarted(this::run);
        tell(() -> instances.forEach(instance -> add(instance, System.nanoTime())));
    }

    /**
     * Starts to speak.
     *
     * @param vips of this host, in every instance or in none: never the source of an advert
     * @throws lb.core.linux.KernelException when the kernel cannot be asked about interfaces
     */
    public static Speaker start(
            List<VrrpInstance> instances, Set<IpAddress> vips, SpeakerListener listener) {
        Speaker speaker = new Speaker(instances, vips, listener);
        speaker.thread.start();
        speaker.links.start();
        return speaker;
    }

    private static Set<String> interfaces(List<VrrpInstance> instances) {
        return instances.stream().map(VrrpInstance::interfaceName).collect(Collectors.toSet());
    }

    /**
     * Takes up changed instances: what is equal goes on undisturbed, what is gone leaves with
     * priority 0, what is new or changed begins anew. A change of nothing but the priority takes
     * effect in place.
     */
    public void replaceInstances(List<VrrpInstance> instances, Set<IpAddress> vips) {
        links.replace(interfaces(instances), vips);
        ask(() -> {
            replace(instances);
            return true;
        });
    }

    /** Where each instance stands, in the order in which they were given. */
    public List<VrrpStatus> statuses() {
        return ask(() -> {
            long now = System.nanoTime();
            return voices.stream().map(voice -> voice.status(now)).toList();
        });
    }

    /** When its thread was last seen at work, on the clock of {@link System#nanoTime}. */
    public long lastTurnNanos() {
        return turnNanos;
    }

    private void tell(Runnable command) {
        commands.add(command);
        readiness.wakeUp();
    }

    private <T> T ask(java.util.function.Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        tell(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the VRRP thread has not answered for " + ANSWER_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    // All below runs on the thread lb-vrrp.

    private void run() {
        while (!stopped) {
            try {
                turn();
            } catch (RuntimeException e) {
                if (faultLimit.allows(System.nanoTime())) {
                    LOG.error("the VRRP thread failed, going on{}", faultLimit.leftOut(), e);
                }
                // Whatever fails may fail each turn.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        wires.forEach(Wire::close);
        readiness.close();
        memory.close();
    }

    private void turn() {
        long now = System.nanoTime();
        turnNanos = now;
        readiness.await(nanosToDeadline(now));
        for (int i = 0; i < wires.size(); i++) {
            wires.get(i).drain(memory.address(), PACKET_BYTES);
        }
        Runnable command = commands.poll();
        while (command != null) {
            command.run();
            command = commands.poll();
        }
        for (int i = 0; i < voices.size(); i++) {
            Voice voice = voices.get(i);
            long moment = System.nanoTime();
            if (voice.nanosToDeadline(moment) == 0) {
                voice.expire(moment);
            }
        }
    }

    private long nanosToDeadline(long now) {
        long nanos = MAX_WAIT_NANOS;
        for (int i = 0; i < voices.size(); i++) {
            nanos = Math.min(nanos, voices.get(i).nanosToDeadline(now));
        }
        return nanos;
    }

    private void add(VrrpInstance instance, long now) {
        Voice voice =
                new Voice(
                        instance,
                        wireFor(instance),
                        listener,
                        memory.address() + PACKET_BYTES,
                        now);
        voices.add(voice);
        shareOutWires();
        if (!sights.containsKey(instance.interfaceName())) {
            LOG.warn(
                    "({}) there is no interface {}: waiting for it",
                    instance.name(),
                    instance.interfaceName());
        }
        voice.onLink(usable(voice), now);
        voice.on(new Event.Startup(), now);
    }

    private Wire wireFor(VrrpInstance instance) {
        IpFamily family = instance.format().family();
        for (Wire wire : wires) {
            if (wire.isFor(instance.interfaceName(), family)) {
                return wire;
            }
        }
        Wire wire = new Wire(instance.interfaceName(), family);
        open(wire);
        wires.add(wire);
        return wire;
    }

    private void shareOutWires() {
        for (Wire wire : wires) {
            wire.voices(voices.stream().filter(voice -> voice.wire() == wire).toList());
        }
        readiness.watch(wires.stream().mapToInt(Wire::fd).toArray());
    }

    private void onLinks(Map<String, LinkSight> now) {
        sights = now;
        wires.forEach(this::open);
        readiness.watch(wires.stream().mapToInt(Wire::fd).toArray());
        long moment = System.nanoTime();
        for (Voice voice : voices) {
            voice.onLink(usable(voice), moment);
        }
    }

    private void open(Wire wire) {
        try {
            wire.onLink(sights.get(wire.interfaceName()));
        } catch (KernelException e) {
            LOG.error("cannot speak on {}: {}", wire.interfaceName(), e.getMessage());
        }
    }

    /** The interface of an instance, or null when there is no speaking on it. */
    private @Nullable LinkSight usable(Voice voice) {
        return voice.wire().fd() < 0 ? null : sights.get(voice.instance().interfaceName());
    }

    private void replace(List<VrrpInstance> wanted) {
        long now = System.nanoTime();
        List<Voice> before = List.copyOf(voices);
        voices.clear();
        List<VrrpInstance> fresh = new ArrayList<>(wanted);
        for (Voice voice : before) {
            VrrpInstance successor =
                    wanted.stream().filter(voice::canBecome).findFirst().orElse(null);
            if (successor == null) {
                voice.on(new Event.Shutdown(), now);
            } else {
                fresh.remove(successor);
                voices.add(voice);
                voice.become(successor, now);
            }
        }
        shareOutWires();
        fresh.forEach(instance -> add(instance, now));
    }

    private void shutDown() {
        long now = System.nanoTime();
        voices.forEach(voice -> voice.on(new Event.Shutdown(), now));
        voices.clear();
        stopped = true;
    }

    /**
     * Leaves with priority 0 and ends the thread; returns when that is done. Again does nothing.
     */
    @Override
    public void close() {
        links.close();
        if (thread.isAlive()) {
            tell(this::shutDown);
        }
        try {
            if (!thread.join(java.time.Duration.ofSeconds(ANSWER_SECONDS))) {
                LOG.error("the VRRP thread does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
