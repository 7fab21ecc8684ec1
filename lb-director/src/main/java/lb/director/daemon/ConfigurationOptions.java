package lb.director.daemon;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import lb.director.config.ConfigurationReader;
import lb.director.config.Feature;
import lb.director.config.Options;
import lb.director.config.ReadResult;
import lb.director.config.syntax.Diagnostic;
import lb.director.plugin.PluginProblem;
import lb.director.plugin.Schedulers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of every command that reads a configuration, and the reading of it. Owned by its
 * command.
 */
public final class ConfigurationOptions {
    /** What the data plane can do of what the configuration can say. */
    private static final EnumSet<Feature> DONE = EnumSet.allOf(Feature.class);

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            required = true,
            description = "the configuration, in keepalived.conf's dialect")
    private Path file = Path.of("");

    @Option(
            names = {"-i", "--config-id"},
            paramLabel = "ID",
            description = "keeps the lines that begin with @ID (default: the short host name)")
    private @Nullable String configId;

    @Option(names = "--strict", description = "an unknown keyword is an error")
    private boolean strict;

    @Option(
            names = "--assume-dr",
            description = "takes a virtual server without lvs_method DR as if it had it")
    private boolean assumeDr;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "a setting of the block lb { … }, such as --set ring=v3; may be repeated")
    private List<String> overrides = List.of();

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "where jars with further schedulers are (default: ${DEFAULT-VALUE})")
    private Path plugins = Path.of(Schedulers.DEFAULT_FOLDER);

    /** Looks for schedulers. */
    public Schedulers schedulers() {
        return Schedulers.in(plugins);
    }

    /** Reads the file anew; looks through the plug-in folder first. */
    public ReadResult read(Schedulers schedulers) {
        Schedulers.Found found = schedulers.rescan();
        Options options =
                Options.defaults(found.registry().names())
                        .withSchedulerTroubles(
                                found.problems().stream().map(PluginProblem::toString).toList())
                        .withDone(DONE)
                        .withStrict(strict)
                        .withAssumeDr(assumeDr)
                        .withOverrides(overrides);
        ReadResult read =
                ConfigurationReader.read(
                        file, configId == null ? options : options.withConfigId(configId));
        return ScheduleCheck.of(read, found);
    }

    /** The file as it was named. */
    public Path file() {
        return file;
    }

    /** Prints findings, one a line. */
    static void print(List<Diagnostic> diagnostics, PrintStream to) {
        diagnostics.forEach(to::println);
    }
}
