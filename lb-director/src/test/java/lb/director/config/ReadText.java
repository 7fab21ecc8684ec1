package lb.director.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import lb.director.config.syntax.Diagnostic;

/** Configurations as text, read with the schedulers rr, wlc, mh and sh. Stateless. */
final class ReadText {
    static final Options OPTIONS =
            Options.defaults(List.of("rr", "wlc", "mh", "sh"))
                    .withDone(EnumSet.allOf(Feature.class));

    private ReadText() {}

    static ReadResult read(String text) {
        return ConfigurationReader.read("f.conf", text, OPTIONS);
    }

    static List<String> messages(ReadResult result) {
        return result.diagnostics().stream().map(Diagnostic::toString).toList();
    }

    static DirectorConfiguration configuration(ReadResult result) {
        assertThat(result.errors()).isEmpty();
        return requireNonNull(result.configuration());
    }

    static DirectorConfiguration configuration(String text) {
        return configuration(read(text));
    }

    /** A whole virtual server with some lines put into it and into its real server. */
    static String web(String lines, String realServerLines) {
        return "virtual_server 10.0.0.1 80 {\nprotocol TCP\nlvs_sched wlc\nlvs_method DR\n"
                + lines
                + "\nreal_server 10.0.0.2 80 {\n"
                + realServerLines
                + "\n}\n}\n";
    }
}
