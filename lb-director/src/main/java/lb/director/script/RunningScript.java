package lb.director.script;

import java.util.concurrent.CompletableFuture;

/** A script that was asked for, and may run or have run by now. Any thread. */
public interface RunningScript {
    /**
     * How it ended, once it has; never exceptionally. Completed on the runner's thread: what hangs
     * on it must not block.
     */
    CompletableFuture<ScriptOutcome> outcome();

    /** Ends it, with all that it has started: TERM, and KILL after two seconds. Returns at once. */
    void stop();
}
