package lb.director.plugin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import lb.core.service.SchedulerKind;
import lb.core.service.SchedulerRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The schedulers that ship with lb and those of the plug-in folder, which is looked through again
 * on demand. Any thread; one scan at a time.
 *
 * <p>A jar that has not changed keeps its schedulers; a changed one is loaded anew, for who asks
 * from then on; a removed one stays usable until the director stops, since a service may need it at
 * the next change of its real servers.
 */
public final class Schedulers {
    /** Where plug-ins are looked for if nothing is said. */
    public static final String DEFAULT_FOLDER = "/usr/lib/lb/plugins";

    private final Path folder;
    private final SchedulerRegistry builtIn =
            SchedulerRegistry.load(Schedulers.class.getClassLoader());
    private final ClassLoader api = new ApiLoader();
    private final Map<Path, PluginJar> jars = new TreeMap<>();

    /** What could not be loaded is not tried again until it changes. */
    private final Map<Path, Refused> refused = new HashMap<>();

    private volatile Found found = new Found(builtIn, List.of());

    private record Refused(String fingerprint, String reason) {}

    /**
     * What there is. Immutable.
     *
     * @param problems jars that are not used, by path
     */
    public record Found(SchedulerRegistry registry, List<PluginProblem> problems) {}

    private Schedulers(Path folder) {
        this.folder = folder;
    }

    /** Looks through a folder, which need not exist. */
    public static Schedulers in(Path folder) {
        Schedulers schedulers = new Schedulers(folder);
        schedulers.rescan();
        return schedulers;
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** What the last scan found. */
    public Found found() {
        return found;
    }

    /** The registry of the last scan. */
    public SchedulerRegistry registry() {
        return found.registry();
    }

    /** Looks through the folder again. */
    public synchronized Found rescan() {
        List<PluginProblem> problems = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        builtIn.names().forEach(name -> names.put(name, "lb itself"));
        List<Path> present = present(problems);
        Set<Path> gone = new HashSet<>(jars.keySet());
        present.forEach(gone::remove);
        List<SchedulerKind> kinds = new ArrayList<>();
        for (Path path : present) {
            PluginJar jar = take(path, problems);
            if (jar != null && isNew(jar, names, problems)) {
                kinds.addAll(jar.kinds());
            }
        }
        for (Path path : gone) {
            PluginJar jar = jars.get(path);
            if (jar != null && isNew(jar, names, new ArrayList<>())) {
                kinds.addAll(jar.kinds());
            }
        }
        found = new Found(builtIn.with(kinds), List.copyOf(problems));
        return found;
    }

    private List<Path> present(List<PluginProblem> problems) {
        List<Path> present = new ArrayList<>();
        if (!Files.exists(folder)) {
            return present;
        }
        try {
            Trust.require(folder.toRealPath());
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
                files.forEach(present::add);
            }
            present.sort(null);
        } catch (IOException e) {
            problems.add(new PluginProblem(folder, "it cannot be read: " + e));
        } catch (PluginException e) {
            problems.add(new PluginProblem(folder, String.valueOf(e.getMessage())));
        }
        return present;
    }

    /** The jar at {@code path} as it is now, or as it was while it could be read. */
    private @Nullable PluginJar take(Path path, List<PluginProblem> problems) {
        PluginJar known = jars.get(path);
        String fingerprint = "";
        try {
            byte[] bytes = PluginJar.read(path);
            fingerprint = PluginJar.fingerprint(bytes);
            if (known != null && known.fingerprint().equals(fingerprint)) {
                return known;
            }
            Refused before = refused.get(path);
            if (before != null && before.fingerprint().equals(fingerprint)) {
                throw new PluginException(before.reason());
            }
            PluginJar jar = PluginJar.load(path, bytes, api);
            jars.put(path, jar);
            refused.remove(path);
            return jar;
        } catch (PluginException e) {
            String reason = String.valueOf(e.getMessage());
            refused.put(path, new Refused(fingerprint, reason));
            problems.add(
                    new PluginProblem(
                            path,
                            known == null
                                    ? reason
                                    : reason + "; what it was before is still used"));
            return known;
        }
    }

    private static boolean isNew(
            PluginJar jar, Map<String, String> names, List<PluginProblem> problems) {
        Set<String> own = new HashSet<>();
        for (SchedulerKind kind : jar.kinds()) {
            String other = own.add(kind.name()) ? names.get(kind.name()) : "it itself";
            if (other != null) {
                problems.add(
                        new PluginProblem(
                                jar.path(),
                                "its scheduler '"
                                        + kind.name()
                                        + "' is not used, since "
                                        + other
                                        + " has one of that name; rename it"));
                return false;
            }
        }
        jar.kinds().forEach(kind -> names.put(kind.name(), jar.path().toString()));
        return true;
    }
}
