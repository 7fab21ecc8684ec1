package lb.director.daemon;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import lb.director.config.ScriptEntry;
import lb.director.config.VrrpScriptEntry;
import lb.director.script.Script;
import lb.director.script.ScriptOutcome;
import lb.director.script.ScriptRunner;
import lb.director.script.ScriptUser;
import lb.director.tracking.ScriptRuns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has tracked scripts run by the script runner. Any thread. */
final class TrackedRuns implements ScriptRuns {
    private static final Logger LOG = LoggerFactory.getLogger(TrackedRuns.class);

    private final ScriptRunner runner;
    private final Map<String, String> said = new ConcurrentHashMap<>();

    TrackedRuns(ScriptRunner runner) {
        this.runner = runner;
    }

    @Override
    public CompletableFuture<Boolean> run(VrrpScriptEntry entry) {
        ScriptEntry named = entry.script();
        Script script = new Script(named.arguments(), new ScriptUser(named.user(), named.group()));
        return runner.run(script, Duration.ofNanos(entry.timeoutNanos()))
                .thenApply(outcome -> judge(entry, outcome));
    }

    /** One line for each way to end, until it ends in another. */
    private boolean judge(VrrpScriptEntry entry, ScriptOutcome outcome) {
        if (outcome instanceof ScriptOutcome.Stopped) {
            throw new CancellationException("the director stops");
        }
        String text = outcome.text();
        if (!text.equals(said.put(entry.name(), text))) {
            LOG.info("vrrp_script {} {}", entry.name(), text);
        }
        return outcome.succeeded();
    }
}
