package lb.director.daemon;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import lb.director.config.ReadResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lb check}: reads a configuration and says what is wrong with it; touches nothing else. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        name = "check",
        description = "Reads a configuration and says what is wrong with it.",
        footer = {
            "",
            "Example:  lb check -c /etc/keepalived/keepalived.conf",
            "",
            "Exit codes: 0 it is good (warnings may stand above); 4 it has errors, or parts that would be left out."
        })
public final class CheckCommand implements Callable<Integer> {
    @Mixin private ConfigurationOptions options = new ConfigurationOptions();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        ReadResult result = options.read(options.schedulers());
        PrintWriter out = Objects.requireNonNull(spec, "picocli gives it").commandLine().getOut();
        result.diagnostics().forEach(out::println);
        if (result.checkExitCode() == 0) {
            out.println(options.file() + ": good");
        }
        return result.checkExitCode();
    }
}
