package lb.bench.pps;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import lb.director.lab.Lab;
import lb.director.lab.LabException;
import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * The rounds: each forwarder in turn, on a network of its own that is gone afterwards. Owned by the
 * command's thread.
 */
final class PpsRun {
    /** The generator's own JVM needs it, whoever forwards. */
    private static final int GENERATOR_WARM_UP_SECONDS = 2;

    /** Of a director that makes connections and is not yet compiled. */
    private static final int NEW_FLOWS_PER_SECOND = 300_000;

    private static final Duration TO_END = Duration.ofSeconds(1);

    private final PpsArguments arguments;
    private final Cores cores;
    private final Consumer<String> say;
    private final Map<String, List<Figures>> figures = new LinkedHashMap<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();

    PpsRun(PpsArguments arguments, Cores cores, Consumer<String> say) {
        this.arguments = arguments;
        this.cores = cores;
        this.say = say;
    }

    /**
     * Measures.
     *
     * @throws LabException when the network, the generator or lb itself does not work
     */
    PpsResults run() throws InterruptedException {
        List<Forwarder> forwarders = present(Forwarders.named(arguments.forwarders()));
        for (int round = 1; round <= arguments.rounds(); round++) {
            for (Forwarder forwarder : forwarders) {
                if (!leftOut.containsKey(forwarder.name())) {
                    measure(round, forwarder);
                }
            }
        }
        return new PpsResults(arguments, cores, figures, leftOut);
    }

    private List<Forwarder> present(List<Forwarder> forwarders) {
        List<Forwarder> present = new ArrayList<>();
        for (Forwarder forwarder : forwarders) {
            String missing = forwarder.missing();
            if (missing == null) {
                present.add(forwarder);
            } else {
                leaveOut(forwarder, missing);
            }
        }
        return present;
    }

    private void leaveOut(Forwarder forwarder, String why) {
        figures.remove(forwarder.name());
        leftOut.put(forwarder.name(), why);
        say.accept(forwarder.name() + " is left out: " + why);
    }

    private void measure(int round, Forwarder forwarder) throws InterruptedException {
        try (Lab lab = Lab.open()) {
            Figures measured = measure(PpsNetwork.build(lab, cores, arguments), forwarder);
            figures.computeIfAbsent(forwarder.name(), _ -> new ArrayList<>()).add(measured);
            say.accept(
                    "round %d of %d, %s: %.3f Mpps"
                            .formatted(
                                    round,
                                    arguments.rounds(),
                                    forwarder.name(),
                                    measured.forwardedMpps()));
        } catch (LabException e) {
            if (!forwarder.isPeer()) {
                throw e;
            }
            leaveOut(forwarder, String.valueOf(e.getMessage()));
        }
    }

    private Figures measure(PpsNetwork network, Forwarder forwarder) throws InterruptedException {
        LabProcess process = forwarder.start(network, arguments);
        int warmUp = warmUpSeconds(forwarder);
        LabProcess generator =
                network.startGenerator(
                        arguments.pattern(),
                        arguments.flows(),
                        warmUp + arguments.seconds() + (int) TO_END.toSeconds(),
                        arguments.rate());
        Thread.sleep(Duration.ofSeconds(warmUp));
        Moment before = Moment.read(network, generator, process);
        Thread.sleep(Duration.ofSeconds(arguments.seconds()));
        Moment after = Moment.read(network, generator, process);
        Figures measured = Figures.between(before, after);
        checkTheGenerator(network, generator);
        if (measured.forwardedMpps() == 0 && arguments.rate() != 0) {
            throw new LabException(forwarder.name() + " forwarded no frame" + said(process));
        }
        return measured;
    }

    private int warmUpSeconds(Forwarder forwarder) {
        return forwarder.isPeer()
                ? Math.min(GENERATOR_WARM_UP_SECONDS, arguments.warmUpSeconds())
                : arguments.warmUpSeconds() + flowsToOpen() / NEW_FLOWS_PER_SECOND;
    }

    private int flowsToOpen() {
        return arguments.hasRandomSources() ? 0 : arguments.flows();
    }

    /**
     * What it says it sent must be what its interface has counted, or neither is to be believed.
     */
    private static void checkTheGenerator(PpsNetwork network, LabProcess generator)
            throws InterruptedException {
        int exitCode = generator.await();
        String output = generator.output();
        int at = output.lastIndexOf("offered ");
        if (exitCode != 0 || at < 0) {
            throw new LabException("the generator ended with " + exitCode + ":\n" + output);
        }
        long offered = Long.parseLong(output.substring(at + "offered ".length()).strip());
        InterfaceCounters counted = network.offered();
        long seen = counted.transmitted() + counted.transmitDropped();
        if (Math.abs(seen - offered) > offered / 100) {
            throw new LabException(
                    "the generator says that it sent "
                            + offered
                            + " frames, but its interface has counted "
                            + seen);
        }
    }

    private static String said(@Nullable LabProcess process) {
        return process == null ? "" : "; it said:\n" + process.output().strip();
    }
}
