package lb.director.control;

import java.util.List;
import lb.core.service.ServiceKey;
import org.jspecify.annotations.Nullable;

/** What the control commands may do to a running director. Called by several command threads. */
public interface DirectorControl {
    /**
     * Makes all changes, or none.
     *
     * @throws ControlException when one cannot be made; says which and why
     */
    ChangeReport change(List<Change> changes) throws ControlException;

    /** What differs from the configuration now. */
    List<OverrideReport> overrides();

    /**
     * The service that is meant.
     *
     * @param name {@code [PROTOCOL:]VIP[:PORT]}
     * @throws ControlException when it is none or could be several; names what there is
     */
    ServiceKey find(String name) throws ControlException;

    /** Sets the traffic counters of a service and its real servers to zero; null = of all. */
    void zero(@Nullable ServiceKey service) throws ControlException;
}
