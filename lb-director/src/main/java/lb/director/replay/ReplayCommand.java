package lb.director.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import lb.core.director.Verdict;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceTable;
import lb.core.wire.IpAddress;
import lb.core.wire.MacAddress;
import lb.director.config.DirectorConfiguration;
import lb.director.config.ReadResult;
import lb.director.daemon.ConfigurationMapping;
import lb.director.daemon.ConfigurationOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lb replay}: plays a capture through the data plane; needs no privilege. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        name = "replay",
        description = "Plays a capture through the data plane and writes what it would have sent.",
        footer = {
            "",
            "Example:  lb replay -c lb.conf --in in.pcap --out out.pcap --explain \\",
            "              --neighbour 10.0.205.2=08:00:27:3b:62:f5",
            "",
            "Exit codes: 0 played; 1 a capture cannot be read or written; 2 wrong options;",
            "4 the configuration has errors."
        })
public final class ReplayCommand implements Callable<Integer> {
    private static final int CANNOT = 1;
    private static final int BAD_CONFIGURATION = 4;

    @Mixin private ConfigurationOptions options = new ConfigurationOptions();

    @Option(
            names = "--in",
            required = true,
            paramLabel = "IN.pcap",
            description = "the frames that come in")
    private Path in = Path.of("");

    @Option(
            names = "--out",
            required = true,
            paramLabel = "OUT.pcap",
            description = "where the frames go that are sent; overwritten")
    private Path out = Path.of("");

    @Option(
            names = "--explain",
            description = "a line for each frame: verdict, service, choice, real server")
    private boolean explain;

    @Option(
            names = "--neighbour",
            paramLabel = "IP=MAC",
            description = "the MAC address of a real server; may be repeated")
    private Map<String, String> neighbours = Map.of();

    @Option(
            names = "--mac",
            paramLabel = "MAC",
            description = "the director's own (default: that of the first frame for a service)")
    private @Nullable String mac;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        SchedulerRegistry registry = SchedulerRegistry.load(ReplayCommand.class.getClassLoader());
        ReadResult read = options.read(registry);
        read.diagnostics().forEach(System.err::println);
        DirectorConfiguration configuration = read.configuration();
        if (configuration == null) {
            System.err.println("lb: " + options.file() + " has errors, nothing was replayed");
            return BAD_CONFIGURATION;
        }
        try {
            Replay replay = replay(configuration, registry);
            if (explain) {
                replay.explainTo(System.out);
            }
            summarise(replay.run(in, out));
            return 0;
        } catch (IOException e) {
            System.err.println("lb: " + e.getMessage());
            return CANNOT;
        }
    }

    private Replay replay(DirectorConfiguration configuration, SchedulerRegistry registry) {
        ServiceTable services =
                ServiceTable.empty(1)
                        .replacedBy(ConfigurationMapping.services(configuration), registry);
        Map<IpAddress, Long> macs = new HashMap<>();
        try {
            neighbours.forEach((ip, text) -> macs.put(IpAddress.parse(ip), MacAddress.parse(text)));
            return new Replay(
                    services,
                    ConfigurationMapping.settings(configuration),
                    ConfigurationMapping.timeouts(configuration),
                    configuration.settings().connectionsMax(),
                    macs,
                    mac == null ? null : MacAddress.parse(mac));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(),
                    String.valueOf(e.getMessage()));
        }
    }

    private static void summarise(Map<Verdict, Long> counts) {
        long frames = counts.values().stream().mapToLong(Long::longValue).sum();
        System.out.println(frames + " frames");
        counts.forEach((verdict, count) -> {
            if (count > 0) {
                System.out.printf("%12d  %-20s %s%n", count, verdict, verdict.description());
            }
        });
    }
}
