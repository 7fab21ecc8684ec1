package lb.bench.latency;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import lb.bench.network.OneArm;
import lb.bench.network.PathRounds;
import lb.bench.network.TrafficPath;
import lb.bench.pps.Cores;
import lb.director.lab.LabException;

/** The rounds, after a look at what is possible if need be. Owned by the command's thread. */
final class LatencyRun {
    /** A rate that compiles what is slow at its start, on every path. */
    private static final int WARM_UP_RATE = 10_000;

    private final LatencyArguments arguments;
    private final Cores cores;
    private final Consumer<String> say;

    LatencyRun(LatencyArguments arguments, Cores cores, Consumer<String> say) {
        this.arguments = arguments;
        this.cores = cores;
        this.say = say;
    }

    /**
     * Measures.
     *
     * @throws LabException when lb or the network does not work, or a path answers nothing
     */
    LatencyResults run() throws InterruptedException {
        Map<TrafficPath, Double> most = new LinkedHashMap<>();
        if (arguments.rates().contains(LatencyArguments.HALF)) {
            most.putAll(most());
        }
        int half = (int) most.values().stream().mapToDouble(rate -> rate / 2).min().orElse(0);
        List<Phase> phases = phases(half);
        PathRounds<List<Answers>> rounds = rounds();
        for (int round = 1; round <= arguments.options().rounds(); round++) {
            rounds.round(
                    "round %d of %d".formatted(round, arguments.options().rounds()),
                    network -> ask(network, phases));
        }
        return new LatencyResults(arguments, cores, most, rounds.results(), rounds.leftOut());
    }

    private <T> PathRounds<T> rounds() {
        return new PathRounds<>(arguments.options().paths(), cores, say);
    }

    /** What each path answers a second when there are always requests under way. */
    private Map<TrafficPath, Double> most() throws InterruptedException {
        PathRounds<Double> rounds = rounds();
        Phase warmUp = new Phase(0, arguments.options().warmUpSeconds(), false);
        Phase measured = new Phase(0, arguments.options().seconds(), true);
        rounds.round(
                "what is possible",
                network -> ask(network, List.of(warmUp, measured)).getFirst().answersPerSecond());
        Map<TrafficPath, Double> most = new LinkedHashMap<>();
        rounds.results().forEach((path, rates) -> most.put(path, rates.getFirst()));
        return most;
    }

    private List<Phase> phases(int half) {
        List<Phase> phases = new ArrayList<>();
        phases.add(new Phase(WARM_UP_RATE, arguments.options().warmUpSeconds(), false));
        for (int rate : arguments.rates()) {
            int asked = rate == LatencyArguments.HALF ? Math.max(1, half) : rate;
            phases.add(new Phase(asked, arguments.options().seconds(), true));
        }
        return phases;
    }

    private static List<Answers> ask(OneArm network, List<Phase> phases)
            throws InterruptedException {
        String port = Integer.toString(OneArm.UDP_PORT);
        network.startServer(EchoProgram.class, OneArm.VIP, port);
        List<String> words = new ArrayList<>(List.of(OneArm.VIP, port));
        phases.forEach(phase -> words.add(phase.word()));
        String output = network.runClient(RequestProgram.class, words.toArray(String[]::new));
        List<Answers> answers = Answers.read(output);
        if (answers.stream().anyMatch(phase -> phase.answered() == 0)) {
            throw new LabException("no request was answered; the client said:\n" + output);
        }
        return answers;
    }
}
