package lb.bench.cps;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import lb.bench.Measure;
import lb.bench.ResultFile;
import lb.bench.Root;
import lb.bench.network.OneArm;
import lb.bench.network.PathOptions;
import lb.bench.network.PathRounds;
import lb.bench.network.TrafficPath;
import lb.bench.pps.RawSyns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lb bench cps}: measures, prints a table and writes JSON. */
@Command(name = "cps", description = "New TCP connections per second through lb.")
public final class CpsCommand implements Callable<Integer> {
    @Mixin private PathOptions options = new PathOptions(5, 5, TrafficPath.OF_SMALL_FRAMES);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Root.require(spec);
        PrintWriter out = spec.commandLine().getOut();
        Consumer<String> say = spec.commandLine().getErr()::println;
        PathRounds<Double> rounds = new PathRounds<>(options.paths(), null, say);
        for (int round = 1; round <= options.rounds(); round++) {
            rounds.round(
                    "round %d of %d".formatted(round, options.rounds()),
                    network -> connect(network, options, say));
        }
        List<Measure> measures = new ArrayList<>();
        rounds.results()
                .forEach((path, rates) ->
                        measures.add(new Measure(path + ", sockets", "1/s", true, rates)));
        measures.addAll(syns(options, say));
        out.print(text(options, measures) + rounds.leftOut());
        Path json = options.json();
        if (json != null) {
            ResultFile.write(json, "cps", options.entry(), measures, Map.of());
            out.println("written to " + json);
        }
        return 0;
    }

    private static double connect(OneArm network, PathOptions options, Consumer<String> say)
            throws InterruptedException {
        String port = Integer.toString(OneArm.TCP_PORT);
        network.startServer(AcceptProgram.class, OneArm.VIP, port);
        String output =
                network.runClient(
                        ConnectProgram.class,
                        OneArm.VIP,
                        port,
                        Integer.toString(options.warmUpSeconds()),
                        Integer.toString(options.seconds()));
        double failed = OneArm.figure(output, ConnectProgram.FAILED);
        if (failed > 0) {
            say.accept("of the connections, %.0f failed:%n%s".formatted(failed, output.strip()));
        }
        return OneArm.figure(output, ConnectProgram.FIGURE);
    }

    private static List<Measure> syns(PathOptions options, Consumer<String> say)
            throws InterruptedException {
        List<String> forwarders =
                options.paths().stream()
                        .filter(path -> path != TrafficPath.DIRECT)
                        .map(TrafficPath::toString)
                        .toList();
        return forwarders.isEmpty()
                ? List.of()
                : RawSyns.measure(
                        forwarders,
                        options.rounds(),
                        options.seconds(),
                        options.warmUpSeconds(),
                        say);
    }

    private static String text(PathOptions options, List<Measure> measures) {
        return ResultFile.heading()
                + "Sockets: 8 threads that connect, exchange a byte and reset, one connection after the other. SYNs: from random addresses and ports, as many as are forwarded; lb makes a connection of each (rr). %d rounds of %d s.%n%n"
                        .formatted(options.rounds(), options.seconds())
                + Measure.table(measures);
    }
}
