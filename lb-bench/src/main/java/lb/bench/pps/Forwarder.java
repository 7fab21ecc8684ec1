package lb.bench.pps;

import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/** Something that forwards the generator's frames to the sink. Owned by the command's thread. */
interface Forwarder {
    /** Its name on the command line. */
    String name();

    /** Whether it is not lb, so that a run goes on without it. */
    default boolean isPeer() {
        return true;
    }

    /** Why it cannot run on this machine; null when nothing is missing. */
    @Nullable String missing();

    /**
     * Makes it forward in a fresh network.
     *
     * @return its process; null when the kernel forwards by itself
     * @throws lb.director.lab.LabException when it does not start; the message has what it said
     */
    @Nullable LabProcess start(PpsNetwork network, PpsArguments arguments);
}
