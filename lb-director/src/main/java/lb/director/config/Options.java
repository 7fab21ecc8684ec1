package lb.director.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import lb.director.config.syntax.Limits;
import lb.director.config.syntax.SyntaxOptions;

/**
 * How to read a configuration, apart from the file itself. Immutable; start from {@link #defaults}.
 *
 * @param syntax config id, environment, random seed and limits
 * @param strict unknown keywords are errors
 * @param assumeDr whatever lvs_method says, or does not say, DR is meant ({@code --assume-dr})
 * @param schedulerKnown tells whether there is a scheduler of that name
 * @param schedulerNames the names it knows, for messages
 * @param schedulerTroubles why schedulers may be missing, one line for each broken plug-in; then an
 *     unknown scheduler is an error
 * @param done the features the data plane has, which need no warning
 * @param overrides {@code name=value} from {@code --set}, in order
 */
public record Options(
        SyntaxOptions syntax,
        boolean strict,
        boolean assumeDr,
        Predicate<String> schedulerKnown,
        List<String> schedulerNames,
        List<String> schedulerTroubles,
        Set<Feature> done,
        List<String> overrides) {

    public Options {
        schedulerNames = List.copyOf(schedulerNames);
        schedulerTroubles = List.copyOf(schedulerTroubles);
        done = Set.copyOf(done);
        overrides = List.copyOf(overrides);
    }

    /** Lenient, with the short host name as config id, and these schedulers. */
    public static Options defaults(Collection<String> schedulers) {
        Set<String> names = Set.copyOf(schedulers);
        SyntaxOptions syntax =
                new SyntaxOptions(
                        shortHostName(), System.getenv(), System.nanoTime(), Limits.DEFAULT);
        return new Options(
                syntax,
                false,
                false,
                names::contains,
                schedulers.stream().sorted().toList(),
                List.of(),
                EnumSet.noneOf(Feature.class),
                List.of());
    }

    public Options withConfigId(String configId) {
        SyntaxOptions changed =
                new SyntaxOptions(
                        configId, syntax.environment(), syntax.randomSeed(), syntax.limits());
        return withSyntax(changed);
    }

    public Options withSyntax(SyntaxOptions changed) {
        return new Options(
                changed,
                strict,
                assumeDr,
                schedulerKnown,
                schedulerNames,
                schedulerTroubles,
                done,
                overrides);
    }

    public Options withStrict(boolean changed) {
        return new Options(
                syntax,
                changed,
                assumeDr,
                schedulerKnown,
                schedulerNames,
                schedulerTroubles,
                done,
                overrides);
    }

    public Options withAssumeDr(boolean changed) {
        return new Options(
                syntax,
                strict,
                changed,
                schedulerKnown,
                schedulerNames,
                schedulerTroubles,
                done,
                overrides);
    }

    public Options withSchedulers(Predicate<String> known, List<String> names) {
        return new Options(
                syntax, strict, assumeDr, known, names, schedulerTroubles, done, overrides);
    }

    public Options withSchedulerTroubles(List<String> changed) {
        return new Options(
                syntax, strict, assumeDr, schedulerKnown, schedulerNames, changed, done, overrides);
    }

    public Options withDone(Set<Feature> changed) {
        return new Options(
                syntax,
                strict,
                assumeDr,
                schedulerKnown,
                schedulerNames,
                schedulerTroubles,
                changed,
                overrides);
    }

    public Options withOverrides(List<String> changed) {
        return new Options(
                syntax,
                strict,
                assumeDr,
                schedulerKnown,
                schedulerNames,
                schedulerTroubles,
                done,
                changed);
    }

    private static String shortHostName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            int dot = name.indexOf('.');
            return dot > 0 ? name.substring(0, dot) : name;
        } catch (IOException e) {
            return "localhost";
        }
    }
}
