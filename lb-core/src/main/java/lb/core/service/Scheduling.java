package lb.core.service;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who chooses for one virtual service: a scheduler for each worker, watched if it is a plug-in's,
 * and for a while after a swap the one before. Made by the thread that changes the configuration;
 * read by the workers.
 */
final class Scheduling {
    private final SchedulerKind kind;
    private final Set<String> flags;
    private final Scheduler[] schedulers;
    private final Scheduler[] computing;
    private final @Nullable Containment containment;
    private final @Nullable Handover handover;

    private Scheduling(
            SchedulerKind kind,
            Set<String> flags,
            Scheduler[] schedulers,
            @Nullable Containment containment,
            @Nullable Handover handover) {
        this.kind = kind;
        this.flags = flags;
        this.schedulers = schedulers;
        this.containment = containment;
        this.handover = handover;
        computing = schedulers.clone();
        for (int i = 0; i < computing.length && handover != null; i++) {
            computing[i] = new Handover.Asked(handover.former().get(i), schedulers[i]);
        }
    }

    /**
     * The schedulers for a list of real servers.
     *
     * @param defaults who serves when a plug-in fails that nobody served before
     * @throws IllegalArgumentException when the kind cannot be made, unless it is a plug-in that
     *     served already: that one is contained
     */
    static Scheduling of(
            ServiceDefinition definition,
            SchedulerKind kind,
            SchedulerRegistry defaults,
            List<RealServer> newestFirst,
            int workers,
            @Nullable Scheduling before) {
        Set<String> flags = definition.flags();
        boolean stays = before != null && before.isOf(kind, flags);
        Containment containment =
                kind.isPlugin() ? containment(definition, kind, defaults, before) : null;
        Scheduler[] made = new Scheduler[workers];
        for (int i = 0; i < workers; i++) {
            made[i] =
                    i > 0 && isShared(kind, containment)
                            ? made[0]
                            : scheduler(kind, flags, containment, newestFirst, stays);
        }
        return new Scheduling(kind, flags, made, containment, handover(before, stays));
    }

    private boolean isOf(SchedulerKind other, Set<String> otherFlags) {
        return kind.isSame(other) && flags.equals(otherFlags);
    }

    private static boolean isShared(SchedulerKind kind, @Nullable Containment containment) {
        return kind.computable() && (containment == null || containment.substitute().computable());
    }

    private static Containment containment(
            ServiceDefinition definition,
            SchedulerKind kind,
            SchedulerRegistry defaults,
            @Nullable Scheduling before) {
        if (before == null) {
            SchedulerKind standIn = defaults.require(kind.computable() ? "mh" : "wlc", Set.of());
            Set<String> flags = kind.computable() ? Set.of("mh-fallback") : Set.of();
            return new Containment(definition.key(), kind, standIn, flags);
        }
        Containment known = before.containment;
        if (known == null) {
            return new Containment(definition.key(), kind, before.kind, before.flags);
        }
        return before.isOf(kind, definition.flags())
                ? known
                : new Containment(
                        definition.key(), kind, known.substitute(), known.substituteFlags());
    }

    private static Scheduler scheduler(
            SchedulerKind kind,
            Set<String> flags,
            @Nullable Containment containment,
            List<RealServer> newestFirst,
            boolean stays) {
        if (containment == null) {
            return kind.create(newestFirst, flags);
        }
        Scheduler substitute =
                containment.substitute().create(newestFirst, containment.substituteFlags());
        if (containment.isSet()) {
            return substitute;
        }
        try {
            Scheduler plugin = kind.create(newestFirst, flags);
            return new ContainedScheduler(plugin, substitute, containment, newestFirst);
        } catch (IllegalArgumentException e) {
            if (!stays) {
                throw e;
            }
            containment.set(String.valueOf(e.getMessage()), e.getCause());
            return substitute;
        }
    }

    private static @Nullable Handover handover(@Nullable Scheduling before, boolean stays) {
        if (before == null) {
            return null;
        }
        if (before.isHandingOver()) {
            return before.handover;
        }
        return stays || !before.servingKind().computable()
                ? null
                : new Handover(List.of(before.schedulers), new AtomicLong());
    }

    SchedulerKind kind() {
        return kind;
    }

    /** The scheduler that {@code worker} asks about a new connection. */
    Scheduler scheduler(int worker) {
        return schedulers[worker];
    }

    /** The one that it asks about a segment whose connection has no entry. */
    Scheduler computing(int worker) {
        return (isHandingOver() ? computing : schedulers)[worker];
    }

    private SchedulerKind servingKind() {
        Containment known = containment;
        return known != null && known.isSet() ? known.substitute() : kind;
    }

    boolean isComputable() {
        return isHandingOver() || servingKind().computable();
    }

    boolean isHashFirst() {
        return !isHandingOver() && servingKind().computable();
    }

    boolean isHandingOver() {
        Handover from = handover;
        return from != null && from.isOpen();
    }

    void advance(long nowNanos) {
        if (handover != null) {
            handover.advance(nowNanos);
        }
    }

    @Nullable SchedulerFault fault() {
        Containment known = containment;
        if (known == null) {
            return null;
        }
        String reason = known.reason().get();
        return reason == null
                ? null
                : new SchedulerFault(reason, known.faults().get(), known.substitute().name());
    }
}
