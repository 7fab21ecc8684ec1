package lb.director.tracking;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import lb.director.config.TrackFileEntry;
import lb.director.config.Tracked;
import lb.director.config.VrrpScriptEntry;
import lb.director.config.VrrpTracking;
import lb.vrrp.automaton.FaultReason;
import lb.vrrp.speaker.Standing;
import lb.vrrp.speaker.Standings;
import lb.vrrp.speaker.VrrpInstance;

/**
 * All trackers of this director and what they make of each instance. Starting, applying and closing
 * is for one thread; trackers bring news on theirs, and the speaker asks on its own.
 */
public final class Tracking implements Standings, AutoCloseable {
    private final Map<String, Boolean> links = new ConcurrentHashMap<>();
    private final TrackedScripts scripts;
    private final TrackedFiles files;
    private volatile VrrpTracking rules;
    private volatile Runnable onChange = () -> {};

    /**
     * One that has looked at the files, but runs no script before {@link #start}.
     *
     * @param runs runs scripts
     */
    public Tracking(VrrpTracking rules, ScriptRuns runs) {
        this.rules = rules;
        scripts = new TrackedScripts(runs, this::changed);
        files = new TrackedFiles(this::changed);
        files.follow(trackedFiles(rules), true);
        scripts.expect(trackedScripts(rules), Health.UNKNOWN);
    }

    /**
     * Runs the scripts and watches the files.
     *
     * @param onChange hears on the trackers' threads that the speaker should ask again
     */
    public void start(Runnable onChange) {
        this.onChange = onChange;
        scripts.start();
        files.start();
    }

    private void changed() {
        onChange.run();
    }

    /** Takes up changed rules: what goes on being tracked keeps its state. */
    public void apply(VrrpTracking changed) {
        scripts.expect(trackedScripts(changed), Health.ASSUMED);
        files.follow(trackedFiles(changed), false);
        rules = changed;
        scripts.start();
    }

    private static List<VrrpScriptEntry> trackedScripts(VrrpTracking rules) {
        Set<String> names = names(rules, Tracked.Kind.SCRIPT);
        return rules.scripts().stream().filter(script -> names.contains(script.name())).toList();
    }

    private static List<TrackFileEntry> trackedFiles(VrrpTracking rules) {
        Set<String> names = names(rules, Tracked.Kind.FILE);
        return rules.files().stream().filter(file -> names.contains(file.name())).toList();
    }

    private static Set<String> names(VrrpTracking rules, Tracked.Kind kind) {
        Set<String> names = new HashSet<>();
        rules.instances()
                .values()
                .forEach(instance ->
                        instance.tracked().stream()
                                .filter(tracked -> tracked.kind() == kind)
                                .forEach(tracked -> names.add(tracked.name())));
        return names;
    }

    @Override
    public Standing of(VrrpInstance instance) {
        List<Effect> effects = new ArrayList<>();
        Set<FaultReason> faults = EnumSet.noneOf(FaultReason.class);
        var own = rules.of(instance.name());
        for (Tracked tracked : own.tracked()) {
            Effect effect = effect(tracked);
            effects.add(effect);
            if (effect.fault()) {
                faults.add(reason(tracked.kind()));
            }
        }
        int base = instance.router().priority();
        return new Standing(Effect.priority(base, effects), faults, own.tracksInterface());
    }

    private Effect effect(Tracked tracked) {
        return switch (tracked.kind()) {
            case INTERFACE -> Effect.of(tracked, linkHealth(tracked.name()));
            case SCRIPT -> Effect.of(tracked, scripts.health(tracked.name()));
            case FILE -> Effect.of(tracked, files.number(tracked.name()));
        };
    }

    /** One that a reload brought is not watched yet, for a moment. */
    private Health linkHealth(String name) {
        return links.getOrDefault(name, true) ? Health.UP : Health.DOWN;
    }

    private static FaultReason reason(Tracked.Kind kind) {
        return switch (kind) {
            case INTERFACE -> FaultReason.TRACKED_INTERFACE;
            case SCRIPT -> FaultReason.TRACKED_SCRIPT;
            case FILE -> FaultReason.TRACKED_FILE;
        };
    }

    @Override
    public Set<String> interfaces() {
        return names(rules, Tracked.Kind.INTERFACE);
    }

    @Override
    public void onLinks(Map<String, Boolean> up) {
        links.keySet().retainAll(up.keySet());
        links.putAll(up);
    }

    /** Each tracker of an instance as it stands, for reports. */
    public List<TrackerStatus> statuses(String instance) {
        return rules.of(instance).tracked().stream()
                .map(tracked -> {
                    Effect effect = effect(tracked);
                    return new TrackerStatus(
                            tracked, state(tracked), effect.change(), effect.fault());
                })
                .toList();
    }

    private String state(Tracked tracked) {
        return switch (tracked.kind()) {
            case INTERFACE -> linkHealth(tracked.name()).name();
            case SCRIPT -> scripts.health(tracked.name()).name();
            case FILE -> Long.toString(files.number(tracked.name()));
        };
    }

    /** The rules in force. */
    public VrrpTracking rules() {
        return rules;
    }

    /** Runs no script any more and watches nothing. */
    @Override
    public void close() {
        scripts.close();
        files.close();
    }
}
