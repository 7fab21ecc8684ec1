package lb.director.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import lb.director.config.TrackReader.Line;
import lb.director.config.TrackReader.Weight;
import lb.director.config.syntax.Location;
import org.jspecify.annotations.Nullable;

/**
 * Puts together who is moved by what: finds the scripts and files that lines name, and applies
 * keepalived's rules on weights. Owned by the reading thread.
 */
final class TrackingAssembly {
    private static final int OWNER = 255;

    /** What the file says, in its order. */
    static final class Draft {
        final List<VrrpScriptReader.Draft> scripts = new ArrayList<>();
        final List<TrackFileReader.Draft> files = new ArrayList<>();
        final List<SyncGroupReader.Draft> groups = new ArrayList<>();

        /** The notify… keywords of each group, by its name. */
        Map<String, NotifyReader.Draft> notifyLines() {
            Map<String, NotifyReader.Draft> notify = new HashMap<>();
            groups.forEach(group -> notify.put(group.name, group.notify));
            return notify;
        }
    }

    private final Draft draft;
    private final ScriptAssembly commands;
    private final Reading reading;
    private final Map<String, VrrpScriptEntry> scripts = new LinkedHashMap<>();
    private final Map<String, TrackFileEntry> files = new LinkedHashMap<>();
    private final Set<String> namedScripts;
    private final Set<String> namedFiles;

    TrackingAssembly(Draft draft, ScriptAssembly commands, Reading reading) {
        this.draft = draft;
        this.commands = commands;
        this.reading = reading;
        namedScripts = draft.scripts.stream().map(one -> one.name).collect(Collectors.toSet());
        namedFiles = draft.files.stream().map(one -> one.name).collect(Collectors.toSet());
    }

    /**
     * Puts it together.
     *
     * @param instances complete ones
     * @param drafts of all instances, also of those that are not complete
     */
    VrrpTracking complete(
            List<VrrpInstanceEntry> instances, List<VrrpInstanceReader.Draft> drafts) {
        completeScripts();
        completeFiles();
        Map<String, VrrpInstanceEntry> byName =
                instances.stream()
                        .collect(
                                Collectors.toMap(VrrpInstanceEntry::name, one -> one, (a, _) -> a));
        Map<String, SyncGroupReader.Draft> groupOf = membership(drafts);
        List<SyncGroupEntry> groups = groups(byName);
        Map<String, InstanceTracking> tracking = new HashMap<>();
        for (VrrpInstanceReader.Draft instance : drafts) {
            VrrpInstanceEntry entry = byName.get(instance.name);
            SyncGroupReader.Draft group = groupOf.get(instance.name);
            List<Tracked> tracked = ofInstance(instance, entry, group);
            if (group != null) {
                tracked.addAll(ofGroup(groups, group.name, entry));
            }
            tracking.put(instance.name, new InstanceTracking(tracked, instance.tracksInterface));
        }
        return new VrrpTracking(
                List.copyOf(scripts.values()), List.copyOf(files.values()), groups, tracking);
    }

    private void completeScripts() {
        Map<String, Location> places = new HashMap<>();
        for (VrrpScriptReader.Draft one : draft.scripts) {
            VrrpScriptEntry entry = VrrpScriptReader.complete(one, commands, reading);
            if (once(places, "vrrp_script", one.name, one.place) && entry != null) {
                scripts.put(one.name, entry);
            }
        }
    }

    private void completeFiles() {
        Map<String, Location> places = new HashMap<>();
        for (TrackFileReader.Draft one : draft.files) {
            TrackFileEntry entry = TrackFileReader.complete(one, reading);
            if (once(places, "vrrp_track_file", one.name, one.place) && entry != null) {
                files.put(one.name, entry);
            }
        }
    }

    private boolean once(Map<String, Location> places, String block, String name, Location place) {
        Location first = places.putIfAbsent(name, place);
        if (first != null) {
            reading.error(
                    place,
                    block
                            + " "
                            + name
                            + " is there already ("
                            + first.near(place)
                            + "); change or remove one of them");
        }
        return first == null;
    }

    /** The group of each member, by the member's name. */
    private Map<String, SyncGroupReader.Draft> membership(List<VrrpInstanceReader.Draft> drafts) {
        Set<String> names = new TreeSet<>(drafts.stream().map(one -> one.name).toList());
        Map<String, Location> places = new HashMap<>();
        Map<String, SyncGroupReader.Draft> groupOf = new HashMap<>();
        for (SyncGroupReader.Draft group : draft.groups) {
            once(places, "vrrp_sync_group", group.name, group.place);
            group.members.forEach((member, place) -> {
                if (!names.contains(member)) {
                    reading.error(
                            place, "there is no vrrp_instance " + member + nearest(member, names));
                    return;
                }
                SyncGroupReader.Draft first = groupOf.putIfAbsent(member, group);
                if (first != null) {
                    reading.error(
                            place,
                            "vrrp_instance "
                                    + member
                                    + " is in group "
                                    + first.name
                                    + " already; remove it from one of them");
                }
            });
        }
        return groupOf;
    }

    private List<SyncGroupEntry> groups(Map<String, VrrpInstanceEntry> byName) {
        List<SyncGroupEntry> groups = new ArrayList<>();
        for (SyncGroupReader.Draft group : draft.groups) {
            if (group.members.isEmpty()) {
                reading.dropped(
                        group.place,
                        "vrrp_sync_group " + group.name + " has no members; it is left out");
                continue;
            }
            if (group.members.size() == 1) {
                reading.adjusted(
                        group.place,
                        "vrrp_sync_group "
                                + group.name
                                + " has one member only: nothing to keep"
                                + " together");
            }
            warnOfOwners(group, byName);
            groups.add(
                    new SyncGroupEntry(
                            group.name,
                            List.copyOf(group.members.keySet()),
                            resolve(group.tracked)));
        }
        return groups;
    }

    private void warnOfOwners(SyncGroupReader.Draft group, Map<String, VrrpInstanceEntry> byName) {
        List<VrrpInstanceEntry> members =
                group.members.keySet().stream()
                        .filter(byName::containsKey)
                        .map(byName::get)
                        .toList();
        long owners = members.stream().filter(one -> one.priority() == OWNER).count();
        if (owners > 0 && owners < members.size()) {
            reading.adjusted(
                    group.place,
                    "vrrp_sync_group "
                            + group.name
                            + " has members with priority 255 and others: the others hold them up;"
                            + " give all of them 255, or none");
        }
    }

    private List<Tracked> ofInstance(
            VrrpInstanceReader.Draft instance,
            @Nullable VrrpInstanceEntry entry,
            SyncGroupReader.@Nullable Draft group) {
        List<Tracked> tracked = new ArrayList<>();
        for (Line line : instance.tracked) {
            Tracked one = resolve(line);
            if (one == null) {
                continue;
            }
            if (group != null && has(resolveQuietly(group.tracked), one)) {
                reading.dropped(
                        line.place(),
                        described(one) + " is ignored here: its sync group tracks it too");
            } else if (has(tracked, one)) {
                reading.dropped(line.place(), described(one) + " is ignored: it is there already");
            } else if (one.weight() != 0 && entry != null && entry.priority() == OWNER) {
                reading.dropped(
                        line.place(),
                        described(one)
                                + " is ignored: the priority of an address owner (255) never"
                                + " changes; write weight 0");
            } else if (one.weight() != 0 && group != null && !group.trackingWeight) {
                reading.dropped(
                        line.place(),
                        described(one)
                                + " is ignored: members of a sync group have the same priority; write"
                                + " weight 0, or sync_group_tracking_weight into the group");
            } else {
                tracked.add(one);
            }
        }
        return tracked;
    }

    private static List<Tracked> ofGroup(
            List<SyncGroupEntry> groups, String name, @Nullable VrrpInstanceEntry member) {
        boolean owner = member != null && member.priority() == OWNER;
        return groups.stream()
                .filter(group -> group.name().equals(name))
                .flatMap(group -> group.tracked().stream())
                .filter(one -> one.weight() == 0 || !owner)
                .toList();
    }

    private static boolean has(List<Tracked> list, Tracked one) {
        return list.stream()
                .anyMatch(other -> other.kind() == one.kind() && other.name().equals(one.name()));
    }

    private static String described(Tracked one) {
        return one.kind().keyword() + " " + one.name();
    }

    private List<Tracked> resolve(List<Line> lines) {
        List<Tracked> tracked = new ArrayList<>();
        for (Line line : lines) {
            Tracked one = resolve(line);
            if (one != null) {
                tracked.add(one);
            }
        }
        return tracked;
    }

    private static List<Tracked> resolveQuietly(List<Line> lines) {
        return lines.stream().map(line -> new Tracked(line.kind(), line.name(), 0, false)).toList();
    }

    private @Nullable Tracked resolve(Line line) {
        Weight otherwise =
                switch (line.kind()) {
                    case INTERFACE -> new Weight(0, false);
                    case SCRIPT -> {
                        VrrpScriptEntry script = scripts.get(line.name());
                        yield script == null
                                ? missing(line, "vrrp_script", namedScripts)
                                : new Weight(script.weight(), script.reverse());
                    }
                    case FILE -> {
                        TrackFileEntry file = files.get(line.name());
                        yield file == null
                                ? missing(line, "vrrp_track_file", namedFiles)
                                : new Weight(file.weight(), file.reverse());
                    }
                };
        Weight weight = line.weight() == null ? otherwise : line.weight();
        return otherwise == null || weight == null
                ? null
                : new Tracked(line.kind(), line.name(), weight.value(), weight.reverse());
    }

    private @Nullable Weight missing(Line line, String block, Set<String> named) {
        if (!named.contains(line.name())) {
            reading.error(
                    line.place(),
                    line.kind().keyword()
                            + " "
                            + line.name()
                            + ": there is no "
                            + block
                            + " of that name"
                            + nearest(line.name(), new TreeSet<>(named)));
        }
        return null;
    }

    private static String nearest(String word, Set<String> names) {
        String nearest = Keywords.nearest(word, names);
        return nearest == null ? "" : "; did you mean " + nearest + "?";
    }
}
