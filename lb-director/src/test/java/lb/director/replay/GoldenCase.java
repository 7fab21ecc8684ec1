package lb.director.replay;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lb.director.Main;

/**
 * A folder with a configuration, a capture, and what {@code lb replay} makes of it. Immutable; any
 * thread.
 *
 * @param folder holds config.conf, options.txt, in.txt, in.pcap, out.pcap, explain.txt
 */
record GoldenCase(Path folder) {
    private static final Path ALL = Path.of("src", "test", "resources", "replay");

    /** What a command did. */
    record Outcome(int exitCode, String output, String errors) {}

    static List<GoldenCase> all() throws IOException {
        try (Stream<Path> folders = Files.list(ALL)) {
            return folders.filter(Files::isDirectory).sorted().map(GoldenCase::new).toList();
        }
    }

    static GoldenCase named(String name) {
        return new GoldenCase(ALL.resolve(name));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Plays in.pcap with the options of options.txt; what is sent goes to {@code out}. */
    Outcome play(Path out) throws IOException {
        return lb(arguments(out).toArray(String[]::new));
    }

    List<String> arguments(Path out) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("replay", "--explain"));
        arguments.addAll(List.of("-c", file("config.conf").toString()));
        arguments.addAll(List.of("--in", file("in.pcap").toString(), "--out", out.toString()));
        for (String line : Files.readAllLines(file("options.txt"))) {
            arguments.addAll(List.of(line.split(" ")));
        }
        return arguments;
    }

    /** Runs a command of {@code lb} in this JVM. */
    static Outcome lb(String... arguments) {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        int exitCode =
                Main.commandLine()
                        .setOut(new PrintWriter(output, true))
                        .setErr(new PrintWriter(errors, true))
                        .execute(arguments);
        return new Outcome(exitCode, output.toString(), errors.toString());
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
