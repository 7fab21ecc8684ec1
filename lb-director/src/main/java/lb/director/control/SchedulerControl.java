package lb.director.control;

import java.util.Set;

/** The schedulers of a running director. Called by several command threads. */
public interface SchedulerControl {
    /** What there is; looks through the plug-in folder first. */
    SchedulersReport schedulers();

    /**
     * Looks what a swap would change; changes nothing.
     *
     * @param service {@code [PROTOCOL:]VIP[:PORT]}
     * @throws ControlException when it could not be done
     */
    DryRunReport dryRun(String service, String scheduler, Set<String> flags)
            throws ControlException;

    /**
     * Swaps the scheduler of a live service; looks through the plug-in folder first.
     *
     * @throws ControlException when it cannot be done; then nothing has changed
     */
    ChangeReport set(String service, String scheduler, Set<String> flags) throws ControlException;
}
