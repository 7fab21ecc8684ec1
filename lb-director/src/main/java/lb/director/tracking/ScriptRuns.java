package lb.director.tracking;

import java.util.concurrent.CompletableFuture;
import lb.director.config.VrrpScriptEntry;

/** Runs tracked scripts. Any thread. */
@FunctionalInterface
public interface ScriptRuns {
    /**
     * Starts one; must not block.
     *
     * @return whether it ended well within its timeout; not completed before it has ended.
     *     Cancelled or exceptional if that says nothing about what it looks at, as when the
     *     director stops
     */
    CompletableFuture<Boolean> run(VrrpScriptEntry script);
}
