package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real keepalived and this program live through the same and tell the same. */
class NotifyBesideKeepalivedTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    private static final String PEER =
            """
            vrrp_instance P_1 {
                interface eth0
                virtual_router_id 51
                version 3
                advert_int 0.4
                priority %1$d
                virtual_ipaddress { 10.9.0.101/24 }
            }
            vrrp_instance P_2 {
                interface eth0
                virtual_router_id 52
                version 3
                advert_int 0.4
                priority %1$d
                virtual_ipaddress { 10.9.0.102/24 }
            }
            """;

    private VrrpLab lab;

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
        NotifyRecorder keepalived = new Run("keepalived", lab::keepalived, null).live();
        NotifyRecorder lb = new Run("lb", lab::lb, keepalived).live();

        assertThat(keepalived.toldToFifo.keySet())
                .filteredOn(key -> key.startsWith("start"))
                .hasSize(4);
        assertThat(keepalived.toldToScripts.get("start"))
                .contains(
                        "11 <1m> <a b> <c d> <e f> <xy zw> <> <$HOME> <*> <;> <|> <\\>",
                        "5 <2> <INSTANCE> <VI_2> <MASTER> <100>");
        assertThat(lb.toldToFifo).isEqualTo(keepalived.toldToFifo);
        assertThat(lb.toldToScripts).isEqualTo(keepalived.toldToScripts);
    }

    /** One program's life. */
    private final class Run {
        private final BiFunction<Host, String, LabProcess> start;
        private final NotifyRecorder told;
        private final String configurationFile;

        Run(
                String program,
                BiFunction<Host, String, LabProcess> start,
                @Nullable NotifyRecorder model)
                throws IOException {
            this.start = start;
            told = new NotifyRecorder(lab, program, model);
            configurationFile = program.equals("lb") ? "a.lb.conf" : "a.ka.conf";
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
                        advert_int 0.4
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
                        advert_int 0.4
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
                        advert_int 0.4
                        virtual_ipaddress { 10.9.0.103/24 }
                        notify_fault "FOLDER/n.sh 3f"
                        notify_stop "FOLDER/n.sh 3s"
                        notify "FOLDER/n.sh 3"
                    }
                    vrrp_instance VI_4 {
                        interface eth0
                        virtual_router_id 54
                        version 3
                        advert_int 0.4
                        virtual_ipaddress { 10.9.0.104/24 }
                        notify_deleted "FOLDER/n.sh 4d"
                        notify_stop "FOLDER/n.sh 4s"
                        notify "FOLDER/n.sh 4"
                    }
                    """;
            return (whole ? all + deletedOnReload : all)
                    .replace("FOLDER", told.folder().toString());
        }

        NotifyRecorder live() throws Exception {
            LabProcess reader = told.read(lab);
            LabProcess router = start.apply(lab.a, configuration(true));
            try {
                live(router);
            } catch (AssertionError e) {
                throw new AssertionError(router.output(), e);
            }
            reader.await();
            return told;
        }

        private void live(LabProcess router) throws Exception {
            awaitAll("MASTER", 1);
            told.phase("start");
            LabProcess better = lab.keepalived(lab.b, PEER.formatted(200));
            told.awaitLines("INSTANCE \"VI_2\" BACKUP", 2);
            told.awaitLines("INSTANCE \"VI_1\" BACKUP", 2);
            told.phase("a better one comes");
            better.stop();
            told.awaitLines("INSTANCE \"VI_2\" MASTER", 2);
            told.awaitLines("INSTANCE \"VI_1\" MASTER", 2);
            told.phase("it leaves");
            deafenB();
            LabProcess lower = lab.keepalived(lab.b, PEER.formatted(50));
            told.awaitLines("INSTANCE \"VI_1\" MASTER_RX_LOWER_PRI", 1);
            told.awaitLines("INSTANCE \"VI_2\" MASTER_RX_LOWER_PRI", 1);
            lower.stop();
            lab.b.run(SOON, "nft", "flush", "ruleset").orThrow();
            told.phase("a weaker one does not listen");
            onceEach(told.toldToScripts, "a weaker");
            onceEach(told.toldToFifo, "a weaker");
            lab.a.run(SOON, "ip", "link", "set", "eth0", "down").orThrow();
            awaitAll("FAULT", 1);
            told.phase("the link goes down");
            lab.a.run(SOON, "ip", "link", "set", "eth0", "up").orThrow();
            awaitAll("MASTER", 3);
            told.phase("it is up again");
            lab.write(configurationFile, configuration(false));
            router.signal("HUP");
            told.awaitLines("INSTANCE \"VI_4\" DELETED", 1);
            told.phase("two are taken away");
            router.stop();
            told.phase("stop");
            assertThat(told.fifo()).doesNotExist();
        }

        /** Of those there are as many as adverts were heard. */
        private static void onceEach(Map<String, List<String>> told, String phase) {
            told.replaceAll(
                    (key, all) -> key.startsWith(phase) ? all.stream().distinct().toList() : all);
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
                told.awaitLines("INSTANCE \"VI_" + i + "\" " + state, expected);
            }
        }
    }
}
