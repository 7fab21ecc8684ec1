package lb.director.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import lb.director.config.syntax.Diagnostic;
import lb.director.config.syntax.Diagnostic.Kind;
import lb.director.config.syntax.Diagnostics;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Severity;

/** One reading of a configuration: its options and its findings. Owned by the reading thread. */
final class Reading {

    /** The places of something not done yet, in order. */
    private record NotDone(Set<Location> places, String consequence) {}

    private final Options options;
    private final Diagnostics diagnostics;
    private final Map<String, NotDone> notDone = new LinkedHashMap<>();

    Reading(Options options, Diagnostics diagnostics) {
        this.options = options;
        this.diagnostics = diagnostics;
    }

    Options options() {
        return options;
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }

    void error(Location place, String message) {
        diagnostics.error(Kind.VALUE, place, message);
    }

    void adjusted(Location place, String message) {
        diagnostics.warning(Kind.ADJUSTED, place, message);
    }

    void dropped(Location place, String message) {
        diagnostics.warning(Kind.DROPPED, place, message);
    }

    /** A word keepalived skips: a warning, or an error if the operator asked for strictness. */
    void unknown(Location place, String message) {
        Severity severity = options.strict() ? Severity.ERROR : Severity.WARNING;
        diagnostics.add(new Diagnostic(severity, Kind.UNKNOWN_KEYWORD, place, message));
    }

    /**
     * Notes a keyword that keepalived knows and we do not do; one warning comes of all its places.
     */
    void notDone(String name, Location place, String consequence) {
        notDone.computeIfAbsent(name, _ -> new NotDone(new LinkedHashSet<>(), consequence))
                .places
                .add(place);
    }

    /** Notes the use of a feature that the data plane may lack. */
    void uses(Feature feature, Location place) {
        if (!options.done().contains(feature)) {
            notDone(feature.label(), place, "");
        }
    }

    /** Reports what was noted as not done; call once, at the end. */
    void reportNotDone() {
        notDone.forEach((name, found) -> {
            int count = found.places.size();
            String times = count > 1 ? " (" + count + " places)" : "";
            String message = name + " is accepted but not done yet" + times + found.consequence;
            diagnostics.warning(Kind.NOT_DONE, found.places.iterator().next(), message);
        });
        notDone.clear();
    }
}
