package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lb.director.Main;
import lb.director.plugin.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code lb check} finds only by making the schedulers. */
class ScheduleCheckTest {
    @TempDir private Path directory;

    private final StringWriter out = new StringWriter();

    private int lb(String... arguments) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));
        return command.execute(arguments);
    }

    private int check(String scheduler, int realServers, String weight, String... options)
            throws Exception {
        out.getBuffer().setLength(0);
        StringBuilder text =
                new StringBuilder("virtual_server 10.0.0.1 80 {\n lvs_sched ")
                        .append(scheduler)
                        .append("\n protocol TCP\n lvs_method DR\n");
        for (int n = 0; n < realServers; n++) {
            text.append(" real_server 10.0.1." + (n + 1) + " 80 {\n  weight " + weight + "\n }\n");
        }
        Path file = directory.resolve("lb.conf");
        Files.writeString(file, text.append("}\n"));
        List<String> all = new ArrayList<>(List.of("check", "-c", file.toString()));
        all.addAll(List.of(options));
        return lb(all.toArray(String[]::new));
    }

    @Test
    void weightsThatWouldLeaveARealServerWithoutASlotAreToldWithNumbers() throws Exception {
        assertThat(check("sh", 4, "100")).isZero();
        assertThat(out.toString())
                .contains("lb.conf:1:1: warning", "1 of 4 real servers", "256 slots of sh", "400");
        assertThat(check("sh", 4, "1")).isZero();
        assertThat(out.toString()).doesNotContain("warning");
        assertThat(check("mh\n scheduler_flag table-size=251", 252, "1")).isEqualTo(4);
        assertThat(out.toString()).contains("lb.conf:1:1: error", "252 real servers", "251 slots");
    }

    @Test
    void flagsAndSettingsAreChecked() throws Exception {
        assertThat(check("mh\n scheduler_flag table-size=65537", 3, "1")).isZero();
        assertThat(check("mh\n scheduler_flag table-size=65536", 3, "1")).isEqualTo(4);
        assertThat(out.toString()).contains("table-size is one of 251, 509");
        assertThat(check("rr\n scheduler_flag fast", 3, "1")).isEqualTo(4);
        assertThat(out.toString()).contains("'rr' does not know the flag 'fast'");
        assertThat(check("mh", 3, "1", "--set", "mh_table_size=655373")).isZero();
        assertThat(check("mh", 3, "1", "--set", "mh_table_size=4096")).isEqualTo(4);
        assertThat(out.toString()).contains("mh_table_size 4096 is none of the primes 251, ");
        assertThat(check("mh-bounded", 3, "1", "--set", "mh_load_factor=1.5")).isZero();
        assertThat(check("mh-bounded", 3, "1", "--set", "mh_load_factor=0.5")).isEqualTo(4);
        assertThat(out.toString()).contains("allowed is 1.01 to 100");
    }

    @Test
    void schedulersOfTheKernelsForManyDestinationsSayWhatToUse() throws Exception {
        for (String name : List.of("lblc", "lblcr")) {
            assertThat(check(name, 2, "1")).as("accepted").isZero();
            assertThat(out.toString()).contains("warning: " + name, "wlc is used", "say mh");
        }
        assertThat(check("dh", 2, "1")).isZero();
        assertThat(out.toString()).contains("warning: dh chooses by the VIP");
    }

    @Test
    void aBrokenPluginIsAnErrorOnlyForWhoUsesIt() throws Exception {
        Path folder = PluginJars.folder(directory);
        Files.writeString(folder.resolve("broken.jar"), "no jar");
        PluginJars.write(
                folder,
                "failing.jar",
                "failing",
                "return null;",
                "public Scheduler create(List<RealServer> l, Set<String> f) { throw new Error(\"no\"); }");
        String plugins = folder.toString();
        assertThat(check("rr", 2, "1", "--plugins", plugins)).isZero();
        assertThat(out.toString()).contains("broken.jar: warning: plug-in not used");
        assertThat(check("mine", 2, "1", "--plugins", plugins)).isEqualTo(4);
        assertThat(out.toString()).contains("error: unknown scheduler", "broken.jar");
        assertThat(check("failing", 2, "1", "--plugins", plugins)).isEqualTo(4);
        assertThat(out.toString()).contains("failing.jar failed: java.lang.Error: no");
    }

    @Test
    void disruptionIsComputedWithoutADirector() {
        assertThat(lb("scheduler", "disruption", "--real-servers", "5", "--clients", "5000"))
                .isZero();
        assertThat(out.toString())
                .containsPattern("rendezvous +\\d+\\.\\d\\d % +0\\.00 %")
                .containsPattern("ketama +\\d+\\.\\d\\d % +0\\.00 %")
                .containsPattern("mh table-size=655373 +2\\d\\.\\d\\d %")
                .containsPattern("sh +[4-9]\\d\\.\\d\\d %");
        assertThat(lb("scheduler", "disruption", "--real-servers", "1")).isEqualTo(2);
        assertThat(lb("scheduler", "disruption", "--scheduler", "rr")).isEqualTo(2);
        assertThat(lb("scheduler", "disruption", "--flag", "mh-port")).isEqualTo(2);
    }
}
