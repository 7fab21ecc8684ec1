package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is under systemd/ means to systemd and to the kernel what it says. */
class SystemdFilesTest {
    private static final Path SHIPPED = Path.of("..", "systemd");
    private static final String INSTALLED = "/usr/bin/lb";

    @TempDir private Path folder;

    @Test
    void theUnitIsWithoutFault() throws Exception {
        assertThat(verify(unit())).isEmpty();
    }

    /** So that the test above can fail: systemd-analyze has no exit code for this. */
    @Test
    void aWordThatSystemdDoesNotKnowWouldBeFound() throws Exception {
        assertThat(verify(unit().replace("ProtectHome=", "ProtectHouse=")))
                .contains("ProtectHouse");
    }

    @Test
    void theCapabilitiesAreThoseThatTheDirectorAsksFor() throws IOException {
        assertThat(unit())
                .contains("\nAmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW CAP_BPF\n")
                .contains("\nCapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW CAP_BPF\n")
                .contains("\nUser=lb\n")
                .contains("\nRuntimeDirectory=lb\n")
                .doesNotContain("\nMemoryDenyWriteExecute=");
    }

    @Test
    void theUserIsMadeAsTheUnitNamesIt() throws Exception {
        needs("systemd-sysusers");
        Path users = SHIPPED.resolve("sysusers.d/lb.conf").toAbsolutePath().normalize();
        Files.createDirectories(folder.resolve("etc"));

        String said = run("systemd-sysusers", "--dry-run", "--root=" + folder, users.toString());

        assertThat(said).contains("user 'lb'").contains("layer-4 load balancer");
    }

    @Test
    void everyKernelParameterExistsAndHasItsReason() throws IOException {
        String before = "";
        int parameters = 0;
        for (String line : Files.readAllLines(SHIPPED.resolve("sysctl.d/lb.conf"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String key = line.substring(0, line.indexOf('=')).strip();
                assertThat(Path.of("/proc/sys", key.replace('.', '/'))).exists();
                assertThat(before).as("the line above " + key).startsWith("# ");
                parameters++;
            }
            before = line;
        }
        assertThat(parameters).isPositive();
    }

    private static String unit() throws IOException {
        return Files.readString(SHIPPED.resolve("lb.service"));
    }

    /**
     * What systemd says to the unit with the launcher of this source tree, as the installed one is
     * not there.
     */
    private String verify(String unit) throws Exception {
        needs("systemd-analyze");
        String launcher = Path.of("..", "lb").toRealPath().toString();
        assertThat(unit).contains("ExecStart=" + INSTALLED);
        Path file = folder.resolve("lb.service");
        Files.writeString(file, unit.replace(INSTALLED, launcher));
        return run("systemd-analyze", "verify", "--man=no", file.toString());
    }

    private static void needs(String program) {
        if (!Boolean.parseBoolean(System.getenv("CI"))) {
            assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin", program)),
                    program + " is not installed");
        }
    }

    private String run(String... command) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(List.of(command));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }
}
