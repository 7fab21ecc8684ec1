package lb.director.daemon;

import static lb.director.daemon.VrrpLab.await;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real keepalived and this program live through the same and tell the same. */
class NotifyBesideKeepalivedTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Longer than what comes late in a phase: a script that was started last. */
    private static final long SETTLE_MILLIS = 700;

    private static final String PEER =
            """
            vrrp_instance P_1 {
                interface eth0
                virtual_router_id 51
                version 3
                advert_int 0.1
                priority %1$d
                virtual_ipaddress { 10.9.0.101/24 }
            }
            vrrp_instance P_2 {
                interface eth0
                virtual_router_id 52
                version 3
                advert_int 0.1
                priority %1$d
                virtual_ipaddress { 10.9.0.102/24 }
            }
            """;

    private VrrpLab lab;

    /** What scripts and a fifo were told, by what was done to the router. */
    private static final class Told {
        final Map<String, List<String>> scripts = new LinkedHashMap<>();
        final Map<String, List<String>> fifo = new LinkedHashMap<>();
    }

    @BeforeEach
    void build() throws IOException {
        VrrpLab.assumeItCanRun("ip", "keepalived", "nft");
        lab = new VrrpLab();
        // Scripts run as nobody.
        Files.setPosixFilePermissions(
                lab.lab.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void scriptsAndFifoAreToldWhatKeepalivedTellsThem() throws Exception {
        Told keepalived = new Run("keepalived", lab::keepalived).live();
        Told lb = new Run("lb", lab::lb).live();

        assertThat(keepalived.fifo.values()).noneMatch(List::isEmpty);
        assertThat(keepalived.scripts.get("start"))
                .contains(
                        "11 <1m> <a b> <c d> <e f> <xy zw> <> <$HOME> <*> <;> <|> <\\>",
                        "5 <2> <INSTANCE> <VI_2> <MASTER> <100>");
        assertThat(lb.fifo).isEqualTo(keepalived.fifo);
        assertThat(lb.scripts).isEqualTo(keepalived.scripts);
    }

    /** One program's life. */
    private final class Run {
        private final BiFunction<Host, String, LabProcess> start;
        private final Path folder;
        private final Path scripts;
        private final Path fifo;
        private final Path fifoLines;
        private final String configurationFile;
        private final Told told = new Told();
        private int scriptsSeen;
        private int fifoSeen;

        Run(String program, BiFunction<Host, String, LabProcess> start) throws IOException {
            this.start = start;
            folder = Files.createDirectory(lab.lab.directory().resolve(program));
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            scripts = folder.resolve("scripts");
            fifo = folder.resolve("fifo");
            fifoLines = folder.resolve("fifo.lines");
            configurationFile = program.equals("lb") ? "a.lb.conf" : "a.ka.conf";
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

        private String configuration(boolean whole) {
            String all =
                    """
                    global_defs {
                        script_user nobody
                        vrrp_notify_fifo FOLDER/fifo
                    }
                    vrrp_instance VI_1 {
                        interface eth0
                        virtual_router_id 51
                        version 3
                        advert_int 0.1
                        priority 120
                        virtual_ipaddress { 10.9.0.101/24 }
                        notify_master "FOLDER/n.sh  1m 'a b' \\"c d\\" e\\\\ f x'y z'w '' $HOME * ; | \\\\\\\\"
                        notify_backup "FOLDER/n.sh 1b"
                        notify_fault FOLDER/n.sh nobody nogroup
                        notify_stop "FOLDER/n.sh 1s"
                        notify "FOLDER/n.sh 1" nobody
                        notify_master_rx_lower_pri "FOLDER/n.sh 1low"
                    }
                    vrrp_instance VI_2 {
                        interface eth0
                        virtual_router_id 52
                        version 3
                        advert_int 0.1
                        virtual_ipaddress { 10.9.0.102/24 }
                        notify "FOLDER/n.sh 2"
                    }
                    """;
            String deletedOnReload =
                    """
                    vrrp_instance VI_3 {
                        interface eth0
                        virtual_router_id 53
                        version 3
                        advert_int 0.1
                        virtual_ipaddress { 10.9.0.103/24 }
                        notify_fault "FOLDER/n.sh 3f"
                        notify_stop "FOLDER/n.sh 3s"
                        notify "FOLDER/n.sh 3"
                    }
                    vrrp_instance VI_4 {
                        interface eth0
                        virtual_router_id 54
                        version 3
                        advert_int 0.1
                        virtual_ipaddress { 10.9.0.104/24 }
                        notify_deleted "FOLDER/n.sh 4d"
                        notify_stop "FOLDER/n.sh 4s"
                        notify "FOLDER/n.sh 4"
                    }
                    """;
            return (whole ? all + deletedOnReload : all).replace("FOLDER", folder.toString());
        }

        Told live() throws Exception {
            LabProcess reader = lab.a.start("reader", "sh", "-c", reader());
            LabProcess router = start.apply(lab.a, configuration(true));
            awaitAll("MASTER", 1);
            phase("start");
            LabProcess better = lab.keepalived(lab.b, PEER.formatted(200));
            awaitLines("INSTANCE \"VI_2\" BACKUP", 2);
            awaitLines("INSTANCE \"VI_1\" BACKUP", 2);
            phase("a better one comes");
            better.stop();
            awaitLines("INSTANCE \"VI_2\" MASTER", 2);
            awaitLines("INSTANCE \"VI_1\" MASTER", 2);
            phase("it leaves");
            deafenB();
            LabProcess lower = lab.keepalived(lab.b, PEER.formatted(50));
            awaitLines("INSTANCE \"VI_1\" MASTER_RX_LOWER_PRI", 1);
            awaitLines("INSTANCE \"VI_2\" MASTER_RX_LOWER_PRI", 1);
            lower.stop();
            lab.b.run(SOON, "nft", "flush", "ruleset").orThrow();
            phase("a weaker one does not listen");
            lab.a.run(SOON, "ip", "link", "set", "eth0", "down").orThrow();
            awaitAll("FAULT", 1);
            phase("the link goes down");
            lab.a.run(SOON, "ip", "link", "set", "eth0", "up").orThrow();
            awaitAll("MASTER", 3);
            phase("it is up again");
            lab.write(configurationFile, configuration(false));
            router.signal("HUP");
            awaitLines("INSTANCE \"VI_4\" DELETED", 1);
            phase("two are taken away");
            router.stop();
            phase("stop");
            assertThat(fifo).doesNotExist();
            reader.await();
            return told;
        }

        private String reader() {
            return """
            while [ ! -p FIFO ]; do sleep 0.05; done
            while [ -p FIFO ]; do cat FIFO >> LINES; sleep 0.05; done
            """
                    .replace("FIFO", fifo.toString())
                    .replace("LINES", fifoLines.toString());
        }

        private void deafenB() {
            lab.b.run(SOON, "nft", "add table inet t").orThrow();
            lab.b
                    .run(SOON, "nft", "add chain inet t in { type filter hook input priority 0; }")
                    .orThrow();
            lab.b.run(SOON, "nft", "add rule inet t in ip protocol 112 drop").orThrow();
        }

        private void awaitAll(String state, int times) {
            for (int i = 1; i <= 4; i++) {
                // The peers above speak for the first two alone.
                int expected = state.equals("MASTER") && i > 2 ? Math.min(times, 2) : times;
                awaitLines("INSTANCE \"VI_" + i + "\" " + state, expected);
            }
        }

        private void awaitLines(String line, int times) {
            await(
                    folder.getFileName() + " said '" + line + "' " + times + " times",
                    () ->
                            lines(fifoLines).stream()
                                            .filter(said -> said.startsWith(line + " "))
                                            .count()
                                    >= times);
        }

        /** Notes what was told since the last phase. */
        private void phase(String name) {
            pause(SETTLE_MILLIS);
            List<String> run = lines(scripts);
            List<String> said = lines(fifoLines);
            // keepalived runs the scripts of one change side by side.
            told.scripts.put(
                    name,
                    run.subList(scriptsSeen, run.size()).stream()
                            .sorted()
                            .map(line -> line.replace(folder.toString(), "FOLDER"))
                            .toList());
            for (int i = 1; i <= 4; i++) {
                String instance = "INSTANCE \"VI_" + i + "\"";
                List<String> own =
                        said.subList(fifoSeen, said.size()).stream()
                                .filter(line -> line.startsWith(instance))
                                .collect(Collectors.toCollection(ArrayList::new));
                if (!own.isEmpty()) {
                    told.fifo.put(name + ", VI_" + i, own);
                }
            }
            if (name.contains("weaker")) {
                // As many as adverts were heard.
                told.scripts.computeIfPresent(name, (_, all) -> all.stream().distinct().toList());
                told.fifo.replaceAll((_, all) ->
                        all.getFirst().contains("LOWER") ? all.stream().distinct().toList() : all);
            }
            scriptsSeen = run.size();
            fifoSeen = said.size();
        }

        private static List<String> lines(Path file) {
            try {
                return Files.exists(file) ? Files.readAllLines(file) : List.of();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
