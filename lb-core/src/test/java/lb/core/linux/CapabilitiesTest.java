package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is missing, in words; and what the kernel's refusals look like without it. */
class CapabilitiesTest {
    @Test
    void allIsThereForRoot() {
        assertThat(parse("000001ffffffffff").missing()).isEmpty();
    }

    @Test
    void eachMissingOneIsNamed() {
        assertThat(parse("0000000000000000").missing())
                .satisfiesExactly(
                        text -> assertThat(text).startsWith("CAP_NET_ADMIN (to "),
                        text -> assertThat(text).startsWith("CAP_NET_RAW (to "),
                        text -> assertThat(text).startsWith("CAP_BPF"));
        assertThat(parse("0000000000001000").missing()).hasSize(2);
    }

    @Test
    void sysAdminStandsInForBpf() {
        assertThat(parse("0000008000003000").missing()).isEmpty();
        assertThat(parse("0000000000203000").missing()).isEmpty();
        assertThat(parse("0000000000003000").missing())
                .singleElement()
                .asString()
                .startsWith("CAP_BPF");
    }

    @Test
    void withoutCapabilitiesEachRefusalNamesCallObjectAndErrno() throws Exception {
        LabNamespace.requireRoot();
        List<String> lines = runWithoutCapabilities();
        assertThat(lines)
                .containsExactly(
                        "3 missing",
                        "RTM_NEWADDR(127.9.9.9/32 on lo): Operation not permitted (errno 1)",
                        "BPF_MAP_CREATE(lb_steering): Operation not permitted (errno 1): needs"
                                + " CAP_BPF and CAP_NET_ADMIN (before Linux 5.8: CAP_SYS_ADMIN;"
                                + " before 5.11 also a larger RLIMIT_MEMLOCK)");
    }

    private static List<String> runWithoutCapabilities() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
        command.addAll(
                List.of(
                        System.getProperty("java.class.path"),
                        UnprivilegedProcess.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return Arrays.asList(output.strip().split("\n"));
    }

    private static Capabilities parse(String effective) {
        return Capabilities.parse(List.of("Name:\tjava", "CapEff:\t" + effective, "Seccomp:\t0"));
    }
}
