package lb.bench.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import lb.bench.pps.Cores;
import lb.director.lab.Lab;
import lb.director.lab.LabException;
import org.jspecify.annotations.Nullable;

/**
 * Rounds over several paths, one after the other, each on a network of its own that is gone
 * afterwards. Owned by the command's thread.
 *
 * @param <T> what is measured on a path in a round
 */
public final class PathRounds<T> {
    /** Measures on one network. */
    @FunctionalInterface
    public interface Measurement<T> {
        /** Does it; the network's servers end with the network. */
        T measure(OneArm network) throws InterruptedException;
    }

    private final @Nullable Cores cores;
    private final Consumer<String> say;
    private final List<TrafficPath> paths = new ArrayList<>();
    private final Map<TrafficPath, List<T>> results = new LinkedHashMap<>();
    private final Map<TrafficPath, String> leftOut = new LinkedHashMap<>();

    /**
     * Over those of these paths that this machine has all programs for.
     *
     * @param cores the client's processor, and that of all others; null for any
     * @param say told what is left out, and how far it is
     */
    public PathRounds(List<TrafficPath> paths, @Nullable Cores cores, Consumer<String> say) {
        this.cores = cores;
        this.say = say;
        for (TrafficPath path : paths) {
            String missing = path.missing();
            if (missing == null) {
                this.paths.add(path);
            } else {
                leaveOut(path, missing);
            }
        }
    }

    /**
     * Measures on every path.
     *
     * @param title of the round
     * @throws LabException when lb or the network does not work; a peer is left out instead
     */
    public void round(String title, Measurement<T> measurement) throws InterruptedException {
        for (TrafficPath path : List.copyOf(paths)) {
            say.accept(title + ", " + path);
            try (Lab lab = Lab.open()) {
                T measured = measurement.measure(OneArm.build(lab, path, cores));
                results.computeIfAbsent(path, _ -> new ArrayList<>()).add(measured);
            } catch (LabException e) {
                if (!path.isPeer()) {
                    throw e;
                }
                leaveOut(path, String.valueOf(e.getMessage()));
            }
        }
    }

    private void leaveOut(TrafficPath path, String why) {
        paths.remove(path);
        results.remove(path);
        leftOut.put(path, why);
        say.accept(path + " is left out: " + why);
    }

    /** What was measured, one entry for each round. */
    public Map<TrafficPath, List<T>> results() {
        return results;
    }

    /** Why, by path, ready for the end of a report. */
    public String leftOut() {
        return leftOut.entrySet().stream()
                .map(entry -> "Left out: " + entry.getKey() + ": " + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
