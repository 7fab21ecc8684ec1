package lb.vrrp.speaker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import lb.core.linux.NativeBuffer;
import lb.core.linux.Readiness;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Event;
import lb.vrrp.automaton.FaultReason;
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

    /** Below this the thread has not slept: something was there already. */
    private static final long WAITED_NANOS = 20_000;

    private final SpeakerListener listener;
    private final Standings standings;
    private final SpeakerSettings settings;
    private final DataPlaneWatch dataPlane;
    private final NativeBuffer memory = new NativeBuffer(2L * PACKET_BYTES);
    private final Readiness readiness = new Readiness();
    private final Mailbox mailbox = new Mailbox(readiness);
    private final LinkWatch links;
    private final Thread thread;

    private final Wires wires;
    private final List<Voice> voices = new ArrayList<>();
    private List<Choir> choirs = List.of();
    private final RateLimit faultLimit = new RateLimit();
    private boolean stopped;
    private volatile long turnNanos = System.nanoTime();

    private Speaker(
            List<VrrpInstance> instances,
            List<GroupMembers> groups,
            Set<IpAddress> vips,
            SpeakerSettings settings,
            SpeakerListener listener,
            Standings standings) {
        this.listener = listener;
        this.settings = settings;
        this.standings = standings;
        dataPlane =
                new DataPlaneWatch(
                        settings.dataPlaneBeatNanos(), MAX_WAIT_NANOS * 3 / 2, System.nanoTime());
        links = new LinkWatch(interfaces(instances), vips, this::hearOfLinks);
        wires = new Wires(readiness, links.first(), links::hostMacs);
        standings.onLinks(links.up());
        thread = Thread.ofPlatform().name("lb-vrrp").daemon().unstarted(this::run);
        mailbox.tell(() -> {
            instances.forEach(instance -> add(instance, System.nanoTime()));
            group(groups);
        });
    }

    /**
     * Starts to speak.
     *
     * @param vips of this host, in every instance or in none: never the source of an advert
     * @throws lb.core.linux.KernelException when the kernel cannot be asked about interfaces
     */
    public static Speaker start(
            List<VrrpInstance> instances,
            Set<IpAddress> vips,
            SpeakerSettings settings,
            SpeakerListener listener) {
        return start(instances, List.of(), vips, settings, listener, Standing::untracked);
    }

    /**
     * Starts to speak, with sync groups and trackers.
     *
     * @param groups no instance in more than one; names of no instance are left out
     * @param vips of this host, in every instance or in none: never the source of an advert
     * @throws lb.core.linux.KernelException when the kernel cannot be asked about interfaces
     */
    public static Speaker start(
            List<VrrpInstance> instances,
            List<GroupMembers> groups,
            Set<IpAddress> vips,
            SpeakerSettings settings,
            SpeakerListener listener,
            Standings standings) {
        Speaker speaker = new Speaker(instances, groups, vips, settings, listener, standings);
        // Whoever is told that it has started may rely on its standing by.
        Rehearsal.run();
        speaker.thread.start();
        speaker.links.start();
        return speaker;
    }

    private Set<String> interfaces(List<VrrpInstance> instances) {
        Set<String> names = new HashSet<>(standings.interfaces());
        instances.forEach(instance -> names.add(instance.interfaceName()));
        return names;
    }

    private void hearOfLinks(Map<String, LinkSight> now) {
        standings.onLinks(links.up());
        mailbox.tell(() -> onLinks(now));
    }

    /**
     * Takes up changed instances: what can go on does so in place, what is gone leaves with
     * priority 0, what is new begins. An interface, VRID, version or family that changes, and the
     * step to priority 255 or from it, mean a new start.
     */
    public void replaceInstances(
            List<VrrpInstance> instances, List<GroupMembers> groups, Set<IpAddress> vips) {
        links.replace(interfaces(instances), vips);
        mailbox.ask(() -> {
            replace(instances);
            group(groups);
            return true;
        });
    }

    /**
     * Has those leave, with priority 0, that are not wanted or cannot go on as they are wanted; the
     * others go on as they are. To be followed by {@link #replaceInstances}.
     */
    public void dismiss(List<VrrpInstance> wanted) {
        mailbox.ask(() -> {
            dismissAll(wanted);
            wires.shareOut(voices);
            return true;
        });
    }

    /** Asks the {@link Standings} again, soon: a tracker has found something. */
    public void reconsider() {
        mailbox.tell(() -> {
            long now = System.nanoTime();
            voices.forEach(voice -> voice.stand(standings.of(voice.instance()), now));
        });
    }

    /** Takes up and announces the VIPs of these instances again, as far as they are Active. */
    public void ownAgain(Set<String> names) {
        mailbox.ask(() -> {
            long now = System.nanoTime();
            for (Voice voice : voices) {
                if (names.contains(voice.instance().name())) {
                    voice.ownAgain(now);
                }
            }
            return true;
        });
    }

    /** Where each sync group stands. */
    public List<GroupStatus> groupStatuses() {
        return mailbox.ask(() -> choirs.stream().map(Choir::status).toList());
    }

    /** Where each instance stands, in the order in which they were given. */
    public List<VrrpStatus> statuses() {
        return mailbox.ask(() -> {
            long now = System.nanoTime();
            return voices.stream().map(voice -> voice.status(now)).toList();
        });
    }

    /** When its thread was last seen at work, on the clock of {@link System#nanoTime}. */
    public long lastTurnNanos() {
        return turnNanos;
    }

    // All below runs on the thread lb-vrrp.

    private void run() {
        Urgency urgency = Urgency.take(settings, "adverts are sent");
        while (!stopped) {
            try {
                turn(urgency);
            } catch (RuntimeException e) {
                if (faultLimit.allows(System.nanoTime())) {
                    LOG.error("the VRRP thread failed, going on{}", faultLimit.leftOut(), e);
                }
                // Whatever fails may fail each turn.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        wires.end();
        readiness.close();
        memory.close();
    }

    private void turn(Urgency urgency) {
        long now = System.nanoTime();
        turnNanos = now;
        readiness.await(nanosToDeadline(now));
        long woken = System.nanoTime();
        urgency.rest(woken, woken - now > WAITED_NANOS);
        long silentNanos = dataPlane.look(woken);
        for (int i = 0; i < voices.size(); i++) {
            voices.get(i).fence(silentNanos, System.nanoTime());
        }
        wires.drain(memory.address(), PACKET_BYTES);
        mailbox.carryOut();
        for (int i = 0; i < voices.size(); i++) {
            Voice voice = voices.get(i);
            // Due when it was last heard whether somebody speaks, not only now: the process may
            // have been stopped since.
            if (voice.nanosToDeadline(woken) == 0) {
                voice.expire(System.nanoTime());
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
                        wires.of(instance),
                        listener,
                        memory.address() + PACKET_BYTES,
                        now);
        voices.add(voice);
        wires.shareOut(voices);
        if (!wires.hasInterface(instance.interfaceName())) {
            LOG.warn(
                    "({}) there is no interface {}: waiting for it",
                    instance.name(),
                    instance.interfaceName());
        }
        voice.stand(standings.of(instance), now);
        voice.onLink(wires.usable(voice), now);
        voice.on(new Event.Startup(), now);
    }

    private void group(List<GroupMembers> groups) {
        choirs = Choir.form(groups, voices, choirs, listener);
        Set<String> grouped =
                groups.stream()
                        .flatMap(one -> one.instances().stream())
                        .collect(Collectors.toSet());
        for (Voice voice : voices) {
            if (!grouped.contains(voice.instance().name())) {
                voice.raise(FaultReason.SYNC_GROUP, false, System.nanoTime());
            }
        }
        choirs.forEach(choir -> choir.start(System.nanoTime()));
    }

    private void onLinks(Map<String, LinkSight> now) {
        wires.onLinks(now);
        long moment = System.nanoTime();
        for (Voice voice : voices) {
            voice.stand(standings.of(voice.instance()), moment);
            voice.onLink(wires.usable(voice), moment);
        }
    }

    private void replace(List<VrrpInstance> wanted) {
        dismissAll(wanted);
        List<VrrpInstance> fresh = new ArrayList<>(wanted);
        long now = System.nanoTime();
        for (Voice voice : voices) {
            for (VrrpInstance successor : wanted) {
                if (voice.canBecome(successor)) {
                    fresh.remove(successor);
                    voice.become(successor, now);
                }
            }
        }
        wires.shareOut(voices);
        for (Voice voice : voices) {
            voice.stand(standings.of(voice.instance()), now);
            voice.onLink(wires.usable(voice), now);
        }
        fresh.forEach(instance -> add(instance, now));
    }

    /** Groups are formed again when all are there. */
    private void dismissAll(List<VrrpInstance> wanted) {
        voices.forEach(voice -> voice.join(null));
        long now = System.nanoTime();
        for (Voice voice : List.copyOf(voices)) {
            if (wanted.stream().noneMatch(voice::canBecome)) {
                voices.remove(voice);
                sayWhy(voice.instance(), wanted);
                voice.on(new Event.Shutdown(), now);
            }
        }
    }

    private static void sayWhy(VrrpInstance leaves, List<VrrpInstance> wanted) {
        for (VrrpInstance other : wanted) {
            if (other.name().equals(leaves.name())) {
                LOG.warn(
                        "({}) starts anew, because this cannot change while it runs: {}",
                        leaves.name(),
                        String.join(", ", leaves.newStartFor(other)));
            }
        }
    }

    private void shutDown() {
        long now = System.nanoTime();
        try {
            voices.forEach(voice -> sayGoodbye(voice, now));
            voices.clear();
        } finally {
            stopped = true;
        }
    }

    /** One that fails keeps no other from giving its VIPs away at once. */
    private static void sayGoodbye(Voice voice, long now) {
        try {
            voice.on(new Event.Shutdown(), now);
        } catch (RuntimeException e) {
            LOG.error("({}) did not leave in order", voice.instance().name(), e);
        }
    }

    /**
     * Leaves with priority 0 and ends the thread; returns when that is done. Again does nothing.
     */
    @Override
    public void close() {
        links.close();
        if (thread.isAlive()) {
            mailbox.tell(this::shutDown);
        }
        try {
            if (!thread.join(java.time.Duration.ofSeconds(Mailbox.ANSWER_SECONDS))) {
                LOG.error("the VRRP thread does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
