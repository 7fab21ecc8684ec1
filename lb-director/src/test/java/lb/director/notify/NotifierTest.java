package lb.director.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import lb.director.config.FifoEntry;
import lb.director.config.FifoEntry.Content;
import lb.director.config.Notifications;
import lb.director.config.NotifyEvent;
import lb.director.config.NotifyScripts;
import lb.director.config.ScriptEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real scripts and fifos, told of states that nobody's speaker was in. */
class NotifierTest {
    @TempDir Path folder;

    @BeforeEach
    void open() throws IOException {
        // Scripts run as nobody where the test is root.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private ScriptEntry script(String text) {
        try {
            Path file = Files.createTempFile(folder, "s", ".sh");
            Files.writeString(file, "#!/bin/sh\ncd " + folder + "\n" + text + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            return new ScriptEntry(List.of(file.toString()), "nobody", Optional.empty());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> lines(String name) {
        try {
            Path file = folder.resolve(name);
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static Notifications instances(Map<String, NotifyScripts> scripts) {
        return new Notifications(scripts, Map.of(), List.of(), Optional.empty(), Optional.empty());
    }

    private static NotifyScripts always(ScriptEntry script) {
        return new NotifyScripts(Map.of(), Optional.of(script), false, true);
    }

    private Notifications fifo(Optional<String> user, Optional<ScriptEntry> reader) {
        FifoEntry entry =
                new FifoEntry(Content.VRRP, folder.resolve("fifo"), user, Optional.empty(), reader);
        return new Notifications(
                Map.of(), Map.of(), List.of(entry), Optional.empty(), Optional.empty());
    }

    private static Notifications on(NotifyEvent event, ScriptEntry script) {
        return instances(
                Map.of(
                        "A",
                        new NotifyScripts(Map.of(event, script), Optional.empty(), false, false)));
    }

    @Test
    void theScriptsOfOneInstanceNeverOverlapOrChangeTheirOrderWhenItFlaps() throws Exception {
        NotifyScripts slowAtTimes =
                always(
                        script(
                                """
                                echo "begin $*" >> told.$2
                                case $4 in *[02468]) sleep 0.1;; esac
                                echo "end $*" >> told.$2
                                """));
        try (Notifier notifier =
                new Notifier(instances(Map.of("A", slowAtTimes, "B", slowAtTimes)))) {
            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                NotifyEvent event = i % 2 == 0 ? NotifyEvent.MASTER : NotifyEvent.BACKUP;
                notifier.instance("A", event, i);
                notifier.instance("B", event, i);
                expected.add("begin INSTANCE A " + event + " " + i);
                expected.add("end INSTANCE A " + event + " " + i);
            }
            await(() -> lines("told.A").size() == 40 && lines("told.B").size() == 40);
            assertThat(lines("told.A")).isEqualTo(expected);
            assertThat(lines("told.B"))
                    .isEqualTo(expected.stream().map(line -> line.replace(" A ", " B ")).toList());
        }
    }

    @Test
    void notifyStopIsRunAndWaitedForAtTheEnd() {
        Notifier notifier =
                new Notifier(on(NotifyEvent.STOP, script("sleep 0.2; echo stopped > told")));
        notifier.stopping();
        notifier.instance("A", NotifyEvent.STOP, 100);
        notifier.close();
        assertThat(lines("told")).containsExactly("stopped");
    }

    @Test
    void aScriptThatNeverEndsIsEndedWhenNotifyStopWaitsForIt() throws Exception {
        ScriptEntry endless = script("echo $$ > pid; exec sleep 1000");
        ScriptEntry last = script("echo stopped > told");
        Notifier notifier =
                new Notifier(
                        instances(
                                Map.of(
                                        "A",
                                        new NotifyScripts(
                                                Map.of(
                                                        NotifyEvent.MASTER,
                                                        endless,
                                                        NotifyEvent.STOP,
                                                        last),
                                                Optional.empty(),
                                                false,
                                                false))));
        notifier.instance("A", NotifyEvent.MASTER, 100);
        await(() -> !lines("pid").isEmpty());
        notifier.stopping();
        notifier.instance("A", NotifyEvent.STOP, 100);
        notifier.close();
        assertThat(lines("told")).containsExactly("stopped");
        String pid = lines("pid").getFirst();
        await(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
    }

    @Test
    void aStopScriptThatDoesNotEndHoldsUpTheEndForABoundedTime() {
        Notifier notifier =
                new Notifier(on(NotifyEvent.STOP, script("trap '' TERM; while :; do :; done")));
        notifier.stopping();
        notifier.instance("A", NotifyEvent.STOP, 100);
        long before = System.nanoTime();
        notifier.close();
        // 1 s of patience, TERM, and KILL 2 s later.
        assertThat(System.nanoTime() - before).isLessThan(Duration.ofSeconds(20).toNanos());
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void aFifoThatNobodyReadsHoldsUpNothingAndKeepsTheNewest() throws Exception {
        // What B is told shows that all of A's lines were taken before.
        Notifications both =
                new Notifications(
                        Map.of("B", always(script("echo > after"))),
                        Map.of(),
                        fifo(Optional.empty(), Optional.empty()).fifos(),
                        Optional.empty(),
                        Optional.empty());
        try (Notifier notifier = new Notifier(both)) {
            long before = System.nanoTime();
            for (int i = 1; i <= 10_000; i++) {
                notifier.instance("A", NotifyEvent.MASTER, i);
            }
            assertThat(System.nanoTime() - before).isLessThan(Duration.ofSeconds(10).toNanos());
            notifier.instance("B", NotifyEvent.MASTER, 0);
            await(() -> !lines("after").isEmpty());
            Process reader =
                    new ProcessBuilder(
                                    "sh", "-c", "exec cat " + folder + "/fifo > " + folder + "/out")
                            .start();
            await(() -> lines("out").contains("INSTANCE \"B\" MASTER 0"));
            List<String> out = lines("out");
            assertThat(out.getFirst()).isEqualTo("INSTANCE \"A\" MASTER 1");
            // 64 KiB in the kernel, and 1000 lines.
            assertThat(out).hasSizeBetween(2_500, 9_999);
            assertThat(out.get(out.size() - 2)).isEqualTo("INSTANCE \"A\" MASTER 10000");
            List<Integer> numbers =
                    out.subList(0, out.size() - 1).stream()
                            .map(line ->
                                    Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
                            .toList();
            assertThat(numbers).isSorted().doesNotHaveDuplicates();
            notifier.close();
            assertThat(reader.waitFor()).isZero();
        }
        assertThat(folder.resolve("fifo")).doesNotExist();
    }

    @Test
    void aFifosScriptReadsAllOfItsLinesToTheEnd() throws Exception {
        ScriptEntry reader =
                script(
                        "echo \"$*\" >> told; while read l; do echo \"$l\" >> told; done < $2; echo end >> told");
        ScriptEntry withWord =
                new ScriptEntry(
                        List.of(reader.arguments().getFirst(), "word"),
                        reader.user(),
                        reader.group());
        boolean root = "root".equals(System.getProperty("user.name"));
        Notifier notifier =
                new Notifier(
                        fifo(
                                root ? Optional.of("nobody") : Optional.empty(),
                                Optional.of(withWord)));
        notifier.instance("A", NotifyEvent.BACKUP, 100);
        await(() -> lines("told").size() >= 2);
        notifier.group("G", NotifyEvent.MASTER);
        notifier.instance("A", NotifyEvent.LOWER_PRIORITY, 100);
        notifier.stopping();
        notifier.instance("A", NotifyEvent.STOP, 100);
        notifier.close();
        assertThat(lines("told"))
                .containsExactly(
                        "word " + folder.resolve("fifo"),
                        "INSTANCE \"A\" BACKUP 100",
                        "GROUP \"G\" MASTER 0",
                        "INSTANCE \"A\" MASTER_RX_LOWER_PRI 100",
                        "INSTANCE \"A\" STOP 100",
                        "end");
        assertThat(folder.resolve("fifo")).doesNotExist();
    }

    @Test
    void aFifoIsForItsOwnerAlone() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name"))
                        || "true".equals(System.getenv("CI")),
                "only root gives files away");
        Notifier notifier = new Notifier(fifo(Optional.of("nobody"), Optional.empty()));
        Path path = folder.resolve("fifo");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(Files.getOwner(path).getName()).isEqualTo("nobody");
        notifier.close();
        assertThat(path).doesNotExist();
    }

    @Test
    void aFileThatIsNoFifoIsLeftAlone() throws Exception {
        Path path = Files.writeString(folder.resolve("fifo"), "precious\n");
        Notifier notifier = new Notifier(fifo(Optional.empty(), Optional.empty()));
        notifier.instance("A", NotifyEvent.BACKUP, 100);
        notifier.close();
        assertThat(path).hasContent("precious\n");
    }

    @Test
    void aFifoOfSomebodyElseStaysWhenTheDirectorGoes() throws Exception {
        Path path = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
        new Notifier(fifo(Optional.empty(), Optional.empty())).close();
        assertThat(path).exists();
    }

    @Test
    void whatAReloadTakesAwayIsToldAsKeepalivedDoes() throws Exception {
        ScriptEntry generic = script("echo \"$*\" >> told.$2");
        ScriptEntry own = script("echo own >> told.B");
        NotifyScripts plain = always(generic);
        NotifyScripts said =
                new NotifyScripts(
                        Map.of(NotifyEvent.DELETED, own), Optional.of(generic), true, false);
        try (Notifier notifier = new Notifier(instances(Map.of("A", plain, "B", said)))) {
            notifier.instance("A", NotifyEvent.STOP, 100);
            notifier.instance("B", NotifyEvent.STOP, 100);
            await(() -> lines("told.A").size() == 1 && lines("told.B").size() == 2);
            assertThat(lines("told.A")).containsExactly("INSTANCE A FAULT 100");
            assertThat(lines("told.B")).containsExactly("own", "INSTANCE B DELETED 100");
        }
    }
}
