package lb.director.replay;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import lb.core.director.Verdict;
import lb.core.service.RealServer;
import lb.core.service.ServiceTable;
import lb.core.wire.IpAddress;
import lb.core.wire.MacAddress;
import lb.director.config.DirectorConfiguration;
import lb.director.config.ReadResult;
import lb.director.daemon.ConfigurationMapping;
import lb.director.daemon.ConfigurationOptions;
import lb.director.plugin.Schedulers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code lb replay}: plays a capture through the data plane; needs no privilege. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        name = "replay",
        description = "Plays a capture through the data plane and writes what it would have sent.",
        footer = {
            "",
            "Time is that of the capture. Capture whole frames: what is cut short counts as TRUNCATED. In the",
            "explanation 'table hit' is a known connection, 'template hit' a client's persistence template, 'mh, stored'",
            "the scheduler's choice that the table now knows, 'mh, not stored' one that can be computed again.",
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
            description =
                    "a line for each frame: verdict, virtual service, choice, real server, MAC address")
    private boolean explain;

    @Option(
            names = "--neighbour",
            paramLabel = "IP=MAC",
            converter = {AddressConverter.class, MacConverter.class},
            description = "the MAC address of a real server; may be repeated")
    private Map<IpAddress, Long> neighbours = Map.of();

    @Option(
            names = "--mac",
            paramLabel = "MAC",
            converter = MacConverter.class,
            description =
                    "the director's own (default: where the first frame for a VIP was sent to)")
    private @Nullable Long mac;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        requireTwoFiles();
        Schedulers schedulers = options.schedulers();
        ReadResult read = options.read(schedulers);
        read.diagnostics().forEach(err()::println);
        DirectorConfiguration configuration = read.configuration();
        if (configuration == null) {
            err().println("lb: " + options.file() + " has errors, nothing was replayed");
            return BAD_CONFIGURATION;
        }
        ServiceTable services =
                ConfigurationMapping.table(
                        ServiceTable.empty(1), configuration, schedulers.registry());
        requireRealServers(services);
        try {
            Replay replay = replay(configuration, services);
            if (explain) {
                replay.explainTo(out());
            }
            Map<Verdict, Long> counts = replay.run(in, out);
            summarise(counts);
            if (counts.getOrDefault(Verdict.NEIGHBOUR_UNRESOLVED, 0L) > 0) {
                adviseNeighbours(services);
            }
            return 0;
        } catch (IOException | UncheckedIOException e) {
            err().println("lb: " + e.getMessage());
            return CANNOT;
        }
    }

    private void requireTwoFiles() {
        try {
            if (Files.exists(out) && Files.isSameFile(in, out)) {
                throw wrong(
                        "--in and --out are the same file, " + in + ", which would be overwritten");
            }
        } catch (IOException e) {
            // One of them is not there or not accessible: opening it says so better.
        }
    }

    private void adviseNeighbours(ServiceTable services) {
        String missing =
                addresses(services).stream()
                        .filter(address -> !neighbours.containsKey(address))
                        .map(address -> " --neighbour " + address + "=MAC")
                        .collect(Collectors.joining());
        err().println("lb: no kernel resolves MAC addresses here; add" + missing);
    }

    private static Set<IpAddress> addresses(ServiceTable services) {
        return services.services().stream()
                .flatMap(service -> service.realServers().stream())
                .map(RealServer::address)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * A MAC address for nobody is a slip of the pen, which would show as NEIGHBOUR_UNRESOLVED only.
     */
    private void requireRealServers(ServiceTable services) {
        Set<IpAddress> there = addresses(services);
        for (IpAddress address : neighbours.keySet()) {
            if (!there.contains(address)) {
                throw wrong(
                        "--neighbour "
                                + address
                                + ": "
                                + options.file()
                                + " has no such real server; it has: "
                                + there.stream()
                                        .map(IpAddress::toString)
                                        .collect(Collectors.joining(" ")));
            }
        }
    }

    private Replay replay(DirectorConfiguration configuration, ServiceTable services) {
        return new Replay(
                services,
                ConfigurationMapping.settings(configuration),
                ConfigurationMapping.timeouts(configuration),
                configuration.settings().connectionsMax(),
                neighbours,
                mac);
    }

    private void summarise(Map<Verdict, Long> counts) {
        long frames = counts.values().stream().mapToLong(Long::longValue).sum();
        out().println(frames + (frames == 1 ? " frame" : " frames"));
        counts.forEach((verdict, count) -> {
            if (count > 0) {
                out().printf(
                                Locale.ROOT,
                                "%12d  %-20s %s%n",
                                count,
                                verdict,
                                verdict.description());
            }
        });
    }

    private PrintWriter out() {
        return commandLine().getOut();
    }

    private PrintWriter err() {
        return commandLine().getErr();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(commandLine(), message);
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec, "picocli gives it").commandLine();
    }

    /** Reads an IP address. */
    static final class AddressConverter implements ITypeConverter<IpAddress> {
        @Override
        public IpAddress convert(String text) {
            try {
                return IpAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads a MAC address of one host. */
    static final class MacConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return MacAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
