package lb.core.service;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in's scheduler under watch: what it throws stays here, and what it returns must be a
 * usable real server of the service. Asked by the worker that owns it, or by all if it is shared.
 */
final class ContainedScheduler implements Scheduler {
    /**
     * Threshold and weight may change between its look and ours; the same wrong answer this often
     * is its own.
     */
    private static final int ATTEMPTS = 3;

    private final Scheduler plugin;
    private final Scheduler substitute;
    private final Containment containment;
    private final List<RealServer> realServers;
    private final Set<RealServer> known;

    ContainedScheduler(
            Scheduler plugin,
            Scheduler substitute,
            Containment containment,
            List<RealServer> realServers) {
        this.plugin = plugin;
        this.substitute = substitute;
        this.containment = containment;
        this.realServers = realServers;
        known = new HashSet<>(realServers);
    }

    @Override
    public @Nullable RealServer select(Flow flow) {
        if (containment.isSet()) {
            return substitute.select(flow);
        }
        try {
            return selectWatched(flow);
        } catch (Throwable e) {
            Faults.rethrowIfFatal(e);
            containment.set("it threw " + Faults.text(e), e);
            return substitute.select(flow);
        }
    }

    private @Nullable RealServer selectWatched(Flow flow) {
        String wrong = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            RealServer chosen = plugin.select(flow);
            if (chosen != null && chosen.isUsable() && known.contains(chosen)) {
                return chosen;
            }
            if (chosen == null && mayRefuse()) {
                return null;
            }
            wrong = wrong(chosen);
        }
        containment.set(wrong, null);
        return substitute.select(flow);
    }

    private boolean mayRefuse() {
        if (containment.plugin().mayRefuse()) {
            return true;
        }
        for (RealServer server : realServers) {
            if (server.isUsable()) {
                return false;
            }
        }
        return true;
    }

    private String wrong(@Nullable RealServer chosen) {
        if (chosen == null) {
            return "it chose nobody although a real server is usable";
        }
        return known.contains(chosen)
                ? "it chose "
                        + chosen
                        + (chosen.weight() == 0 ? ", whose weight is 0" : ", which is overloaded")
                : "it chose a real server that is not in the service";
    }

    /** The substitute goes on where it was; the plug-in is handed its own kind unwrapped. */
    @Override
    public void continueFrom(Scheduler predecessor) {
        ContainedScheduler contained =
                predecessor instanceof ContainedScheduler before ? before : null;
        substitute.continueFrom(contained == null ? predecessor : contained.substitute);
        if (containment.isSet()) {
            return;
        }
        try {
            plugin.continueFrom(contained == null ? predecessor : contained.plugin);
        } catch (Throwable e) {
            Faults.rethrowIfFatal(e);
            containment.set("it threw " + Faults.text(e) + " when it took over", e);
        }
    }
}
