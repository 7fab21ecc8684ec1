package lb.director.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import lb.director.config.FifoEntry.Content;
import lb.director.config.syntax.Diagnostic;
import lb.director.config.syntax.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts, their users, and fifos: what comes of them, and what is said about them. */
class NotifyScriptsTest {
    private static final String NOBODY = "global_defs {\nscript_user nobody\n}\n";

    @TempDir Path folder;

    private static ReadResult read(String text) {
        return ConfigurationReader.read("f", text, Options.defaults(Set.of("rr")));
    }

    private static String instance(String lines) {
        return "vrrp_instance A {\n"
                + lines
                + "\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\n10.0.0.1\n}\n}\n";
    }

    private static Notifications notifications(ReadResult result) {
        return Objects.requireNonNull(result.configuration()).notifications();
    }

    private static NotifyScripts only(ReadResult result) {
        return Objects.requireNonNull(notifications(result).instances().get("A"));
    }

    private static String onlyFinding(ReadResult result) {
        assertThat(result.diagnostics()).hasSize(1);
        return result.diagnostics().getFirst().toString();
    }

    private Path file(String name, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void everyWordFindsItsPlace() {
        ReadResult result =
                read(
                        """
                        global_defs {
                            script_user nobody nogroup
                            notify_fifo /run/lb/all root
                            notify_fifo_script "/bin/cat -u" root
                            vrrp_notify_fifo /run/lb/vrrp
                            lvs_notify_fifo /run/lb/lvs nobody nogroup
                            vrrp_notify_priority_changes
                            startup_script /bin/true
                            startup_script_timeout 3
                            shutdown_script "/bin/echo a" root
                        }
                        """
                                + instance(
                                        """
                                        notify_master "/bin/echo a 'b  c' d\\\\ e"
                                        notify_backup /bin/echo root
                                        notify_fault "echo x" root root
                                        notify_stop /bin/true
                                        notify_deleted
                                        notify_master_rx_lower_pri /bin/true
                                        notify /bin/true
                                        notify_priority_changes off
                                        """));
        assertThat(result.diagnostics()).isEmpty();
        Optional<String> nogroup = Optional.of("nogroup");
        NotifyScripts scripts = only(result);
        ScriptEntry quiet = new ScriptEntry(List.of("/bin/true"), "nobody", nogroup);
        assertThat(scripts.scripts())
                .containsOnlyKeys(
                        NotifyEvent.MASTER,
                        NotifyEvent.BACKUP,
                        NotifyEvent.FAULT,
                        NotifyEvent.STOP,
                        NotifyEvent.LOWER_PRIORITY)
                .containsEntry(
                        NotifyEvent.MASTER,
                        new ScriptEntry(
                                List.of("/bin/echo", "a", "b  c", "d e"), "nobody", nogroup))
                .containsEntry(
                        NotifyEvent.BACKUP,
                        new ScriptEntry(List.of("/bin/echo"), "root", Optional.empty()))
                .containsEntry(
                        NotifyEvent.FAULT,
                        new ScriptEntry(List.of("/usr/bin/echo", "x"), "root", Optional.of("root")))
                .containsEntry(NotifyEvent.STOP, quiet);
        assertThat(scripts.always()).contains(quiet);
        assertThat(scripts.deletedSaid()).isTrue();
        assertThat(scripts.priorityChanges()).isFalse();
        Notifications all = notifications(result);
        assertThat(all.fifos())
                .extracting(FifoEntry::content)
                .containsExactly(Content.ALL, Content.VRRP, Content.SERVICES);
        assertThat(all.fifos().getFirst().user()).contains("root");
        assertThat(all.fifos().getFirst().script())
                .contains(new ScriptEntry(List.of("/bin/cat", "-u"), "root", Optional.empty()));
        assertThat(all.startup().orElseThrow().timeoutSeconds()).isEqualTo(3);
        assertThat(all.shutdown().orElseThrow().timeoutSeconds()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "notify_master /no/such | f:5:15: warning: notify_master /no/such: there is no such file; it is not run",
                "notify no-such-program | f:5:8: warning: notify no-such-program: there is no such program in /usr/local/sbin,",
                "notify ./n.sh | f:5:8: warning: notify ./n.sh: write its whole path, from '/'; it is not run",
                "notify \"/a\\x01\\0b\" | f:5:8: warning: notify /a\\u0001\\u0000b: write its whole path, from '/'; it is not run",
                "notify /usr | f:5:8: warning: notify /usr: it is no file; it is not run",
                "notify /etc/passwd | f:5:8: warning: notify /etc/passwd: nobody may not run it; use chmod a+x; it is not run",
                "notify /bin/echo word | f:5:18: warning: notify /bin/echo: there is no user word; put the command and its arguments in quotes",
                "notify /bin/echo root none | f:5:23: warning: notify /bin/echo: there is no group none; it is not run",
            })
    void whatCannotBeRunIsLeftOutAndNamed(String line, String finding) {
        ReadResult result = read(NOBODY + instance(line));
        assertThat(onlyFinding(result)).startsWith(finding);
        assertThat(result.diagnostics().getFirst().failsCheck()).isTrue();
        assertThat(only(result)).isEqualTo(NotifyScripts.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "notify_stop \"/bin/echo 'a\" | f:2:13: error: notify_stop '/bin/echo 'a': a quote in it has no end; add it",
                "notify \"\" | f:2:8: error: notify needs a command, as in: notify \"/usr/bin/program word\"",
                "notify_fault | f:2:1: error: notify_fault needs",
            })
    void whatIsNoCommandIsAnError(String line, String finding) {
        assertThat(onlyFinding(read(instance(line)))).startsWith(finding);
    }

    @Test
    void withoutAUserItIsSaidWhoScriptsRunAs() {
        ReadResult result = read(instance("notify /bin/true\nnotify_stop /bin/true"));
        assertThat(onlyFinding(result))
                .contains("f:3:13", "scripts run as", "since global_defs has no script_user");
        assertThat(result.diagnostics().getFirst().failsCheck()).isFalse();
        assertThat(only(result).always().orElseThrow().user()).isNotEqualTo("root");
    }

    @Test
    void whatRootRunsMustBeRootsToChangeWhereSecurityIsAskedFor() throws IOException {
        assumeTrue(
                "root".equals(System.getProperty("user.name"))
                        || "true".equals(System.getenv("CI")),
                "files of root need root");
        Path open = file("open.sh", "rwxrwxrwx");
        String lines = instance("notify \"" + open + " a\"");
        ReadResult secured =
                read("global_defs {\nscript_user root\nenable_script_security\n}\n" + lines);
        assertThat(onlyFinding(secured))
                .contains("it would run as root, but " + open + " can be changed by others")
                .contains("(rwxrwxrwx root)", "it is not run");
        assertThat(only(secured).always()).isEmpty();

        ReadResult trusting = read("global_defs {\nscript_user root\n}\n" + lines);
        assertThat(onlyFinding(trusting)).contains("notify runs as root, but");
        assertThat(only(trusting).always()).isPresent();

        ReadResult nobody =
                read("global_defs {\nscript_user nobody\nenable_script_security\n}\n" + lines);
        assertThat(nobody.diagnostics()).isEmpty();

        // The folder counts as well as the file; a sticky one, as /tmp, does not.
        Path closed = file("closed.sh", "rwxr-xr-x");
        String again =
                "global_defs {\nscript_user root\nenable_script_security\n}\n"
                        + instance("notify " + closed);
        assertThat(read(again).diagnostics()).isEmpty();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(onlyFinding(read(again))).contains(folder + " can be changed by others");
    }

    @Test
    void theNamesOfFifosDiffer() {
        ReadResult result =
                read("global_defs {\nnotify_fifo /run/f\nvrrp_notify_fifo /run/x/../f\n}\n");
        assertThat(onlyFinding(result))
                .isEqualTo(
                        "f:3:18: error: vrrp_notify_fifo /run/f is there already (line 2); the"
                                + " names of fifos must differ");
        assertThat(onlyFinding(read("global_defs {\nnotify_fifo f\n}\n")))
                .contains("f:2:13: error: notify_fifo needs a path from '/'");
    }

    @Test
    void aScriptWithoutItsFifoIsNotRun() {
        ReadResult result =
                read("global_defs {\nscript_user nobody\nvrrp_notify_fifo_script /bin/cat\n}\n");
        assertThat(onlyFinding(result)).contains("there is no vrrp_notify_fifo; it is not run");
        assertThat(result.diagnostics())
                .extracting(Diagnostic::severity)
                .containsExactly(Severity.WARNING);
    }
}
