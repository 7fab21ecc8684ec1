package lb.core.service;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the real server of a new connection: the plug-in seam.
 *
 * <p>Made by its {@link SchedulerProvider} for one list of real servers; when the list or a weight
 * changes, a new one takes over. Each worker asks its own instance, from its own thread, once per
 * connection; a scheduler of a provider that is {@linkplain SchedulerProvider#computable()
 * computable} has no state of its own and is shared by all workers.
 */
public interface Scheduler {
    /**
     * The real server for a new connection, out of the list that the scheduler was made for.
     *
     * @param flow who asks; valid during the call only
     * @return null when no real server is {@linkplain RealServer#isUsable() usable}
     */
    @Nullable RealServer select(Flow flow);

    /**
     * Takes over from the scheduler that served this service before, which may be of another kind;
     * called once, before the first {@link #select}, on the worker's thread. Does nothing unless a
     * position has to be kept.
     */
    default void continueFrom(Scheduler predecessor) {}
}
