package lb.director.daemon;

import static lb.director.daemon.VrrpLab.await;
import static lb.director.daemon.VrrpLab.pause;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lb.director.lab.LabProcess;

/**
 * Writes down what a router on host a tells its scripts and its fifo, phase by phase. One thread.
 */
final class NotifyRecorder {
    /** Longer than what comes late in a phase: a script that was started last. */
    private static final long SETTLE_MILLIS = 700;

    private static final Pattern OBJECT = Pattern.compile("(INSTANCE|GROUP) \"[^\"]*\"");

    /**
     * What scripts were told, by phase, sorted: keepalived runs those of one change side by side.
     */
    final Map<String, List<String>> toldToScripts = new LinkedHashMap<>();

    /** The lines of the fifo, by phase and instance or group. */
    final Map<String, List<String>> toldToFifo = new LinkedHashMap<>();

    private final Path folder;
    private final Path scripts;
    private final Path fifo;
    private final Path fifoLines;
    private int scriptsSeen;
    private int fifoSeen;

    /** Makes a folder for a program, with a script {@code n.sh} that anybody may run. */
    NotifyRecorder(VrrpLab lab, String program) throws IOException {
        folder = Files.createDirectory(lab.lab.directory().resolve(program));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        scripts = folder.resolve("scripts");
        fifo = folder.resolve("fifo");
        fifoLines = folder.resolve("fifo.lines");
        Path script = folder.resolve("n.sh");
        Files.writeString(
                script,
                """
                #!/bin/sh
                line="$#"
                for a in "$@"; do line="$line <$a>"; done
                printf '%s\\n' "$line" >> SCRIPTS
                """
                        .replace("SCRIPTS", scripts.toString()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path folder() {
        return folder;
    }

    Path fifo() {
        return fifo;
    }

    /** Starts to read the fifo, for as long as it is there. */
    LabProcess read(VrrpLab lab) {
        String loop =
                """
                while [ ! -p FIFO ]; do sleep 0.05; done
                while [ -p FIFO ]; do cat FIFO >> LINES; sleep 0.05; done
                """
                        .replace("FIFO", fifo.toString())
                        .replace("LINES", fifoLines.toString());
        return lab.a.start("reader", "sh", "-c", loop);
    }

    /** Waits until the fifo has had so many lines that begin so. */
    void awaitLines(String line, int times) {
        await(
                folder.getFileName() + " said '" + line + "' " + times + " times",
                () ->
                        lines(fifoLines).stream()
                                        .filter(said -> said.startsWith(line + " "))
                                        .count()
                                >= times);
    }

    /** Notes what was told since the last phase. */
    void phase(String name) {
        pause(SETTLE_MILLIS);
        List<String> run = lines(scripts);
        List<String> said = lines(fifoLines);
        System.out.println(
                "PHASE "
                        + folder.getFileName()
                        + " "
                        + name
                        + " "
                        + (run.size() - scriptsSeen)
                        + " "
                        + (said.size() - fifoSeen));
        toldToScripts.put(
                name,
                run.subList(scriptsSeen, run.size()).stream()
                        .sorted()
                        .map(line -> line.replace(folder.toString(), "FOLDER"))
                        .toList());
        for (String line : said.subList(fifoSeen, said.size())) {
            toldToFifo
                    .computeIfAbsent(name + ", " + object(line), _ -> new ArrayList<>())
                    .add(line);
        }
        scriptsSeen = run.size();
        fifoSeen = said.size();
    }

    private static String object(String line) {
        Matcher matcher = OBJECT.matcher(line);
        return matcher.lookingAt() ? matcher.group() : "?";
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
