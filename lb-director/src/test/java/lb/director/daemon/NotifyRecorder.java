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
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a router on host a tells its scripts and its fifo, phase by phase. One thread.
 */
final class NotifyRecorder {
    /** Longer than what comes late in a phase: a script that is about to be started. */
    private static final long SETTLE_MILLIS = 500;

    /** For what another program was told in a phase. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private static final Pattern OBJECT = Pattern.compile("(INSTANCE|GROUP) \"[^\"]*\"");

    /**
     * What scripts were told, by phase, sorted: keepalived runs those of one change side by side.
     */
    final Map<String, List<String>> toldToScripts = new LinkedHashMap<>();

    /** The lines of the fifo, by phase and instance or group. */
    final Map<String, List<String>> toldToFifo = new LinkedHashMap<>();

    private final Path folder;
    private final @Nullable NotifyRecorder model;
    private final Path scripts;
    private final Path fifo;
    private final Path fifoLines;
    private int scriptsSeen;
    private int fifoSeen;

    /**
     * Makes a folder for a program, with a script {@code n.sh} that anybody may run.
     *
     * @param model what another program was told in the same life, if it is known already: a phase
     *     is not over before this one was told the same, or has had time enough for it
     */
    NotifyRecorder(VrrpLab lab, String program, @Nullable NotifyRecorder model) throws IOException {
        this.model = model;
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

    /** Notes what was told since the last phase, once no more comes. */
    void phase(String name) {
        settle(name);
        List<String> run = lines(scripts);
        List<String> said = lines(fifoLines);
        toldToScripts.put(name, scripts(run));
        toldToFifo.putAll(fifo(name, said));
        scriptsSeen = run.size();
        fifoSeen = said.size();
    }

    private List<String> scripts(List<String> run) {
        return run.subList(scriptsSeen, run.size()).stream()
                .sorted()
                .map(line -> line.replace(folder.toString(), "FOLDER"))
                .toList();
    }

    private Map<String, List<String>> fifo(String name, List<String> said) {
        Map<String, List<String>> told = new LinkedHashMap<>();
        for (String line : said.subList(fifoSeen, said.size())) {
            told.computeIfAbsent(name + ", " + object(line), _ -> new ArrayList<>()).add(line);
        }
        return told;
    }

    private void settle(String name) {
        long begin = System.nanoTime();
        long quietSince = begin;
        int before = -1;
        while (System.nanoTime() - begin < PATIENCE_NANOS) {
            int now = lines(scripts).size() + lines(fifoLines).size();
            if (now != before || aScriptRuns()) {
                before = now;
                quietSince = System.nanoTime();
            }
            boolean quiet = System.nanoTime() - quietSince > SETTLE_MILLIS * 1_000_000;
            if (quiet && (model == null || wasToldAs(model, name))) {
                return;
            }
            pause(20);
        }
    }

    private boolean aScriptRuns() {
        return ProcessHandle.allProcesses()
                .anyMatch(process ->
                        process.info().commandLine().orElse("").contains(folder + "/n.sh"));
    }

    /** How often a thing is told may depend on how many adverts were heard. */
    private boolean wasToldAs(NotifyRecorder other, String name) {
        List<String> expected = other.toldToScripts.getOrDefault(name, List.of());
        Map<String, Set<String>> lines = new LinkedHashMap<>();
        other.toldToFifo.forEach((key, told) -> {
            if (key.startsWith(name + ", ")) {
                lines.put(key, Set.copyOf(told));
            }
        });
        Map<String, Set<String>> own = new LinkedHashMap<>();
        fifo(name, lines(fifoLines)).forEach((key, told) -> own.put(key, Set.copyOf(told)));
        return Set.copyOf(scripts(lines(scripts))).equals(Set.copyOf(expected))
                && own.equals(lines);
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
