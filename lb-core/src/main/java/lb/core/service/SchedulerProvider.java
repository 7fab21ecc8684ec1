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

    /**
     * Whether the choice follows from the flow, the list and the weights alone. Then a SYN needs no
     * connection entry ("hash first, table second"), and a segment of an unknown connection can be
     * sent where its connection is.
     */
    default boolean computable() {
        return false;
    }

    /**
     * A scheduler for one service.
     *
     * @param realServers all real servers of the service, quiesced ones too, in the kernel's order:
     *     the one added last comes first
     * @param flags a subset of {@link #flags()}
     */
    Scheduler create(List<RealServer> realServers, Set<String> flags);
}
