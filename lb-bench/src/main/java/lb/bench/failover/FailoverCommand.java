package lb.bench.failover;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lb.bench.Root;
import lb.bench.Within;
import lb.director.lab.DebianPackages;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code lb bench failover}: measures, prints a table and writes JSON. */
@Command(
        name = "failover",
        sortOptions = false,
        description = "How long a VIP is nobody's, with lb and keepalived as survivors.",
        footer = {
            "",
            "Needs root and keepalived: builds network namespaces, and sends nothing outside them."
        })
public final class FailoverCommand implements Callable<Integer> {
    private static final int RUNS_MAX = 1_000;
    private static final int CENTISECONDS_MAX = 4_095;

    /** An advert_int as it is typed, in hundredths of a second. */
    private static final class Centiseconds implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                double hundredths = Double.parseDouble(text) * 100;
                long rounded = Math.round(hundredths);
                if (rounded >= 1
                        && rounded <= CENTISECONDS_MAX
                        && Math.abs(hundredths - rounded) < 1e-6) {
                    return (int) rounded;
                }
            } catch (NumberFormatException e) {
                // Said below, together with what is out of range.
            }
            throw new TypeConversionException(
                    "needs seconds from 0.01 to 40.95 in hundredths, not '" + text + "'");
        }
    }

    @Option(
            names = "--intervals",
            paramLabel = "A",
            split = ",",
            converter = Centiseconds.class,
            description = "advert_int in seconds, 0.01 to 40.95, hundredths (1,0.1,0.05,0.01).")
    private List<Integer> centiseconds = List.of(100, 10, 5, 1);

    @Within(most = RUNS_MAX)
    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Of each interval and survivor, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int runs = 10;

    @Option(
            names = "--survivors",
            paramLabel = "A",
            split = ",",
            description =
                    "Of ${COMPLETION-CANDIDATES}: who takes over from a keepalived that is killed (all).")
    private List<Survivor> survivors = List.of(Survivor.values());

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Writes everything that was measured to FILE.")
    private @Nullable Path json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Root.require(spec);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        DebianPackages.install(err::println);
        Map<FailoverRun.Setting, List<FailoverFigures>> results =
                new FailoverRun(
                                centiseconds,
                                runs,
                                survivors.stream().distinct().toList(),
                                err::println)
                        .run();
        out.print(FailoverReport.text(results));
        if (json != null) {
            FailoverReport.write(results, json);
            out.println("written to " + json);
        }
        return 0;
    }
}
