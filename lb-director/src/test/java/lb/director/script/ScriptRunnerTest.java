package lb.director.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lb.core.linux.UserAccount;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real scripts, run as root would run them where the test is root, else as the test's user. */
class ScriptRunnerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir Path folder;

    private ScriptRunner runner;

    @BeforeEach
    void open() throws IOException {
        runner = new ScriptRunner(2);
        // Scripts run as nobody and write their findings here.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @AfterEach
    void close() {
        runner.close();
    }

    private Script script(String text) {
        try {
            Path file = Files.createTempFile(folder, "s", ".sh");
            Files.writeString(file, "#!/bin/sh\ncd " + folder + "\n" + text + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            return new Script(List.of(file.toString()), ScriptUser.of("nobody"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ScriptOutcome run(Script script) throws Exception {
        return within(runner.run(script, LONG));
    }

    private static <T> T within(CompletableFuture<T> future) throws Exception {
        return future.get(40, TimeUnit.SECONDS);
    }

    private String read(String name) {
        try {
            Path file = folder.resolve(name);
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assumeRoot(String why) {
        assumeTrue(UserAccount.effectiveUid() == 0 || "true".equals(System.getenv("CI")), why);
    }

    /** Waits until a script has written something into a file. */
    private void awaitLine(String file) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (read(file).isEmpty()) {
            assertThat(System.nanoTime() - deadline).as("nothing in %s", file).isNegative();
            Thread.sleep(10);
        }
    }

    private static boolean awaitNoProcess(String pid) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (isThere(pid)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(10);
        }
        return true;
    }

    /** A zombie whose new parent is slow to look is not there any more. */
    private static boolean isThere(String pid) {
        try {
            return !Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void tellsTheExitCode() throws Exception {
        assertThat(run(script("exit 0"))).isEqualTo(new ScriptOutcome.Exited(0));
        assertThat(run(script("exit 3"))).isEqualTo(new ScriptOutcome.Exited(3));
        assertThat(run(script("kill -USR1 $$"))).isEqualTo(new ScriptOutcome.Exited(128 + 10));
    }

    @Test
    void passesArgumentsAsTheyAre() throws Exception {
        Script script = script("for a in \"$@\"; do echo \"<$a>\"; done > arguments");
        run(script.with("a b", "", "$HOME", "\"q\"", "-x"));
        assertThat(read("arguments")).isEqualTo("<a b>\n<>\n<$HOME>\n<\"q\">\n<-x>\n");
    }

    @Test
    void looksForProgramsWithoutASlashInThePath() throws Exception {
        assertThat(run(new Script(List.of("true"), ScriptUser.of("nobody"))))
                .isEqualTo(new ScriptOutcome.Exited(0));
    }

    @Test
    void saysWhyAProgramCannotStart() throws Exception {
        assertThat(run(new Script(List.of("/no/such/script"), ScriptUser.of("nobody"))).text())
                .contains("could not be started", "/no/such/script", "No such file");
        Path plain = Files.writeString(folder.resolve("plain"), "true");
        assertThat(run(new Script(List.of(plain.toString()), ScriptUser.of("nobody"))).text())
                .contains("could not be started", "Permission denied");
    }

    @Test
    void saysThatThereIsNoSuchUser() throws Exception {
        assumeRoot("only root can change the user");
        assertThat(run(new Script(List.of("true"), ScriptUser.of("no-such-user"))).text())
                .contains("there is no user no-such-user");
        ScriptUser strange = new ScriptUser("nobody", Optional.of("no-such-group"));
        assertThat(run(new Script(List.of("true"), strange)).text())
                .contains("there is no group no-such-group");
    }

    @Test
    void runsAsTheUserWithoutAnyCapability() throws Exception {
        assumeRoot("only root can change the user");
        run(script("cat /proc/self/status > status"));
        UserAccount nobody = UserAccount.named("nobody").orElseThrow();
        String uid = String.valueOf(nobody.uid());
        String gid = String.valueOf(nobody.gid());
        assertThat(read("status"))
                .contains("Uid:\t" + String.join("\t", uid, uid, uid, uid))
                .contains("Gid:\t" + String.join("\t", gid, gid, gid, gid))
                .contains("CapInh:\t0000000000000000")
                .contains("CapPrm:\t0000000000000000")
                .contains("CapEff:\t0000000000000000")
                .contains("CapAmb:\t0000000000000000");
        assertThat(read("status").lines().filter(line -> line.startsWith("Groups:")))
                .containsExactly("Groups:\t" + gid + " ");
    }

    @Test
    void takesTheGroupThatIsNamed() throws Exception {
        assumeRoot("only root can change the group");
        Script script = script("id -u > ids; id -g >> ids");
        run(new Script(script.arguments(), new ScriptUser("nobody", Optional.of("daemon"))));
        assertThat(read("ids").lines())
                .containsExactly(
                        String.valueOf(UserAccount.named("nobody").orElseThrow().uid()),
                        String.valueOf(UserAccount.groupNamed("daemon").orElseThrow()));
    }

    @Test
    void leadsASessionOfItsOwnWithNothingOpenAndAMinimalEnvironment() throws Exception {
        run(
                script(
                        """
                        echo $$ > pid
                        cut -d' ' -f5,6 /proc/$$/stat > session
                        pwd -P > /dev/null; readlink /proc/$$/fd/0 > input
                        for f in /proc/$$/fd/*; do readlink $f; done > open
                        env | cut -d= -f1 | sort > environment
                        """));
        String pid = read("pid").strip();
        assertThat(read("session").strip()).isEqualTo(pid + " " + pid);
        assertThat(read("input").strip()).isEqualTo("/dev/null");
        // The shell itself holds the script and what it redirects.
        assertThat(read("open").lines())
                .contains("/dev/null")
                .allMatch(file ->
                        file.equals("/dev/null")
                                || file.startsWith("pipe:")
                                || file.startsWith(folder.toString()));
        assertThat(read("environment").lines())
                .isSubsetOf("HOME", "LOGNAME", "OLDPWD", "PATH", "PWD", "USER")
                .contains("PATH");
    }

    @Test
    void atTheTimeoutEndsTheScriptAndItsChildren() throws Exception {
        Script script = script("(sleep 1000 & echo $! > grandchild; wait) & echo $$ > child; wait");
        ScriptOutcome outcome = within(runner.run(script, Duration.ofSeconds(1)));
        assertThat(outcome).isEqualTo(new ScriptOutcome.TimedOut());
        assertThat(awaitNoProcess(read("child").strip())).isTrue();
        assertThat(awaitNoProcess(read("grandchild").strip())).isTrue();
    }

    @Test
    void killsWhatDoesNotHearTerm() throws Exception {
        Script script =
                script(
                        """
                        trap '' TERM
                        echo $$ > child
                        (while :; do sleep 0.1; done) & echo $! > grandchild
                        while :; do sleep 0.1; done
                        """);
        long before = System.nanoTime();
        assertThat(within(runner.run(script, Duration.ofSeconds(1))))
                .isEqualTo(new ScriptOutcome.TimedOut());
        assertThat(System.nanoTime() - before).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(2_900));
        assertThat(awaitNoProcess(read("child").strip())).isTrue();
        assertThat(awaitNoProcess(read("grandchild").strip())).isTrue();
    }

    @Test
    void leavesNoZombie() throws Exception {
        for (int i = 0; i < 10; i++) {
            run(script("exit 0"));
        }
        within(runner.run(script("sleep 1000"), Duration.ofMillis(200)));
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void runsNoMoreAtOnceThanAllowedAndAllInTheEnd() throws Exception {
        List<CompletableFuture<ScriptOutcome>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(
                    runner.run(
                            script(
                                    "mkdir running.$$; ls -d running.* | wc -l >> counts; sleep 0.2;"
                                            + " rmdir running.$$"),
                            LONG));
        }
        for (CompletableFuture<ScriptOutcome> one : all) {
            assertThat(within(one).succeeded()).isTrue();
        }
        assertThat(read("counts").lines().map(String::strip)).hasSize(8).isSubsetOf("1", "2");
        assertThat(read("counts").lines().map(String::strip)).contains("2");
    }

    @Test
    void oneThatPrintsMuchIsNotHeldUp() throws Exception {
        assertThat(run(script("head -c 3000000 /dev/zero | tr '\\0' x")).succeeded()).isTrue();
    }

    @Test
    void doesNotWaitForAChildThatKeepsTheOutputOpen() throws Exception {
        Script script = script("(sleep 30; echo) & echo $! > background");
        long before = System.nanoTime();
        assertThat(run(script).succeeded()).isTrue();
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(25));
        assertThat(isThere(read("background").strip())).isTrue();
        ProcessHandle.of(Long.parseLong(read("background").strip()))
                .ifPresent(ProcessHandle::destroy);
    }

    @Test
    void stopsWhatIsStartedWithoutALimit() throws Exception {
        RunningScript running = runner.start(script("echo $$ > pid; exec sleep 1000"));
        awaitLine("pid");
        running.stop();
        assertThat(within(running.outcome())).isEqualTo(new ScriptOutcome.Stopped());
        assertThat(awaitNoProcess(read("pid").strip())).isTrue();
    }

    @Test
    void closingEndsWhatRunsAndRefusesWhatWaits() throws Exception {
        List<CompletableFuture<ScriptOutcome>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(runner.run(script("echo $$ >> pids; exec sleep 1000"), LONG));
        }
        while (read("pids").lines().count() < 2) {
            Thread.sleep(10);
        }
        runner.close();
        assertThat(within(all.get(0))).isEqualTo(new ScriptOutcome.Stopped());
        assertThat(within(all.get(1))).isEqualTo(new ScriptOutcome.Stopped());
        assertThat(within(all.get(2))).isInstanceOf(ScriptOutcome.NotStarted.class);
        for (String pid : read("pids").lines().toList()) {
            assertThat(awaitNoProcess(pid)).isTrue();
        }
        assertThat(within(runner.run(script("true"), LONG)))
                .isInstanceOf(ScriptOutcome.NotStarted.class);
    }
}
