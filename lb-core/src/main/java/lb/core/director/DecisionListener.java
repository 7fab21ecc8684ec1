package lb.core.director;

import lb.core.service.RealServer;
import lb.core.service.VirtualService;
import org.jspecify.annotations.Nullable;

/**
 * Hears how each frame was decided; for explanations, not for the frame path of a running director.
 */
@FunctionalInterface
public interface DecisionListener {
    /** Where the real server came from. */
    enum Origin {
        /** No real server was looked for, or none found. */
        NONE,
        /** The connection was known. */
        CONNECTION,
        /** The client's persistence template named it. */
        TEMPLATE,
        /** The scheduler chose it, and the connection is remembered. */
        SCHEDULED,
        /** The scheduler computed it; nothing is remembered yet. */
        COMPUTED
    }

    /**
     * Called once for each frame, on the worker's thread, after its verdict.
     *
     * @param service what the frame is for, or null
     * @param server where it was to go, or null
     */
    void onDecision(
            Verdict verdict,
            @Nullable VirtualService service,
            Origin origin,
            @Nullable RealServer server);
}
