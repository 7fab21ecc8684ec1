package lb.bench.goodput;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import lb.bench.Measure;
import lb.bench.ResultFile;
import lb.bench.Root;
import lb.bench.Within;
import lb.bench.network.OneArm;
import lb.bench.network.PathOptions;
import lb.bench.network.PathRounds;
import lb.bench.network.TrafficPath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lb bench goodput}: measures, prints a table and writes JSON. */
@Command(
        name = "goodput",
        description = "Bulk TCP through lb, beside nftables and the direct path.")
public final class GoodputCommand implements Callable<Integer> {
    private static final int STREAMS_MAX = 1000;

    /** Client, server and director share the processors with the compilers of a young JVM. */
    private static final int WARM_UP_SECONDS = 20;

    @Within(most = STREAMS_MAX)
    @Option(
            names = "--streams",
            paramLabel = "N",
            split = ",",
            description = "TCP streams at a time, 1 to 1000 (1,8).")
    private List<Integer> streams = List.of(1, 8);

    @Mixin private PathOptions options = new PathOptions(5, WARM_UP_SECONDS, TrafficPath.ALL);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /**
     * What is asked for. Immutable once read; any thread.
     *
     * @param streams TCP streams at a time, one figure for each entry
     */
    private record Arguments(PathOptions options, List<Integer> streams) {
        Map<String, Object> entry() {
            Map<String, Object> entry = new LinkedHashMap<>(options.entry());
            entry.put("streams", streams);
            return entry;
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Root.require(spec);
        PrintWriter out = spec.commandLine().getOut();
        Arguments arguments = new Arguments(options, streams.stream().distinct().toList());
        PathRounds<List<Double>> rounds =
                new PathRounds<>(options.paths(), null, spec.commandLine().getErr()::println);
        for (int round = 1; round <= options.rounds(); round++) {
            rounds.round(
                    "round %d of %d".formatted(round, options.rounds()),
                    network -> measure(network, arguments));
        }
        List<Measure> measures = measures(arguments, rounds.results());
        out.print(text(options, measures) + ratios(arguments, rounds.results()));
        out.print(rounds.leftOut());
        Path json = options.json();
        if (json != null) {
            ResultFile.write(json, "goodput", arguments.entry(), measures, Map.of());
            out.println("written to " + json);
        }
        return 0;
    }

    private static List<Double> measure(OneArm network, Arguments arguments)
            throws InterruptedException {
        String port = Integer.toString(OneArm.TCP_PORT);
        network.startServer(ReceiverProgram.class, OneArm.VIP, port);
        List<Double> gigabits = new ArrayList<>();
        for (int streams : arguments.streams()) {
            String output =
                    network.runClient(
                            SenderProgram.class,
                            OneArm.VIP,
                            port,
                            Integer.toString(streams),
                            Integer.toString(arguments.options().warmUpSeconds()),
                            Integer.toString(arguments.options().seconds()));
            gigabits.add(OneArm.figure(output, SenderProgram.FIGURE) / 1e9);
        }
        return gigabits;
    }

    private static List<Measure> measures(
            Arguments arguments, Map<TrafficPath, List<List<Double>>> results) {
        List<Measure> measures = new ArrayList<>();
        for (int i = 0; i < arguments.streams().size(); i++) {
            int index = i;
            results.forEach((path, rounds) ->
                    measures.add(
                            new Measure(
                                    path + ", " + streams(arguments.streams().get(index)),
                                    "Gbit/s",
                                    true,
                                    rounds.stream().map(round -> round.get(index)).toList())));
        }
        return measures;
    }

    private static String streams(int count) {
        return count == 1 ? "1 stream" : count + " streams";
    }

    private static String text(PathOptions options, List<Measure> measures) {
        return ResultFile.heading()
                + "Bulk TCP to the VIP with all offloads on, answers straight back; %d rounds of %d s. No process is bound to a core.%n%n"
                        .formatted(options.rounds(), options.seconds())
                + Measure.table(measures)
                + "\n";
    }

    /** What a user asks first: how much of the other paths goes through lb. */
    private static String ratios(
            Arguments arguments, Map<TrafficPath, List<List<Double>>> results) {
        int paths = results.size();
        List<Measure> all = measures(arguments, results);
        List<TrafficPath> order = List.copyOf(results.keySet());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < all.size(); i++) {
            if (order.get(i % paths).toString().startsWith("lb-")) {
                Measure lb = all.get(i);
                text.append(
                        "%s: %s%n"
                                .formatted(
                                        lb.name(),
                                        others(
                                                lb,
                                                all.subList(
                                                        i - i % paths, i - i % paths + paths))));
            }
        }
        return text.toString();
    }

    private static String others(Measure lb, List<Measure> sameStreams) {
        return sameStreams.stream()
                .filter(other -> !other.name().equals(lb.name()))
                .map(other ->
                        "%.2f of %s"
                                .formatted(
                                        lb.median() / other.median(),
                                        other.name().substring(0, other.name().indexOf(','))))
                .collect(Collectors.joining(", "));
    }
}
