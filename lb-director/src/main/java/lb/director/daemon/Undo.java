package lb.director.daemon;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a director has to give back at its end, the latest first. Used by one thread at a time. */
final class Undo {
    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    private final Deque<Runnable> steps = new ArrayDeque<>();

    /** Has this done before all that were added earlier. */
    void add(Runnable step) {
        steps.push(step);
    }

    /** Does it all, once; what fails is logged, and the rest goes on. */
    void run() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException e) {
                LOG.error("stopping was not complete: {}", e.getMessage());
            }
        }
    }
}
