package lb.director.control;

import java.util.List;
import lb.core.connection.ConnectionTable;
import lb.core.director.VerdictCounters;
import lb.core.fragment.HeldCounters;
import lb.core.service.ServiceTable;

/**
 * What the control commands see of a running director. Called by several command threads at once,
 * never by a worker; must neither block for long nor wait for a worker that may be stalled.
 */
public interface DirectorView {
    /** The services in force. */
    ServiceTable services();

    /** The connections of all workers. */
    ConnectionTable connections();

    /** The verdict counters of each worker, in the order of their numbers. */
    List<VerdictCounters> verdicts();

    /** What became of the fragments that waited at each worker. */
    List<HeldCounters> heldFragments();

    /** The interfaces that frames come in or go out by. */
    List<InterfaceReport> interfaces();

    /** The way to each real server. */
    List<NeighbourReport> neighbours();

    /** The virtual routers, in the order of the configuration. */
    VrrpReport vrrp();

    /** What differs from the configuration because of commands. */
    default List<OverrideReport> overrides() {
        return List.of();
    }

    /** What this director is and runs with. */
    DirectorStatus status();
}
