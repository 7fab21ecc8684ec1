package lb.core.service;

import java.util.List;
import java.util.Set;

/**
 * Makes schedulers of one kind; found by {@link java.util.ServiceLoader} on the class path or in a
 * plug-in's jar.
 *
 * <p>Called by the thread that changes the configuration, never by a worker: building a large table
 * here delays no frame.
 */
public interface SchedulerProvider {
    /** The operator's word for it, such as {@code wrr}: lower case, no spaces. */
    String name();

    /** One line for {@code lb scheduler list}. */
    String description();

    /** The flags that {@link #create} understands, such as {@code mh-port}. */
    default Set<String> flags() {
        return Set.of();
    }

    /** The settings with a value that {@link #create} understands among its flags. */
    default List<SchedulerOption> options() {
        return List.of();
    }

    /**
     * Whether the choice follows from the flow, the list and the weights alone. Then a SYN needs no
     * connection entry ("hash first, table second"), and a segment of an unknown connection can be
     * sent where its connection is.
     */
    default boolean computable() {
        return false;
    }

    /**
     * Whether it chooses by who asks: while list, weights and loads stay, the same flow gets the
     * same real server, and asking changes nothing. Such a scheduler can be asked what it would do.
     */
    default boolean keyed() {
        return computable();
    }

    /**
     * Whether {@link Scheduler#select} may answer null although a real server is usable, as {@code
     * sh} does without its fallback. Where it may not, null from a plug-in counts as its fault.
     */
    default boolean mayRefuse() {
        return false;
    }

    /**
     * What an operator should know of these weights before they are used, one line each, with
     * numbers: for example a real server that would get no hash slot, and what is done about it.
     *
     * @param realServers as for {@link #create}
     */
    default List<String> warnings(List<RealServer> realServers, Set<String> flags) {
        return List.of();
    }

    /**
     * A scheduler for one service.
     *
     * @param realServers all real servers of the service, quiesced ones too, in the kernel's order:
     *     the one added last comes first
     * @param flags a subset of {@link #flags()}, and {@code name=value} for {@link #options()}
     * @throws IllegalArgumentException when it cannot serve such a list; the message is for the
     *     operator
     */
    Scheduler create(List<RealServer> realServers, Set<String> flags);
}
