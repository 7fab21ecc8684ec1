package lb.director.notify;

import java.time.Duration;
import java.util.Optional;
import lb.director.config.Notifications.TimedScript;
import lb.director.script.ScriptOutcome;
import lb.director.script.ScriptRunner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** startup_script and shutdown_script. Stateless; runs in the calling thread, which waits. */
public final class StartStopScripts {
    private static final Logger LOG = LoggerFactory.getLogger(StartStopScripts.class);

    private StartStopScripts() {}

    /** Runs one to its end, or its timeout; one that fails is logged and changes nothing. */
    public static void run(String keyword, Optional<TimedScript> script) {
        if (script.isEmpty()) {
            return;
        }
        Duration timeout = Duration.ofSeconds(script.get().timeoutSeconds());
        try (ScriptRunner runner = new ScriptRunner(1)) {
            ScriptOutcome outcome = runner.run(Scripts.of(script.get().script()), timeout).join();
            if (outcome.succeeded()) {
                LOG.info("{} has run", keyword);
            } else {
                LOG.error("{} {}", keyword, outcome.text());
            }
        }
    }
}
