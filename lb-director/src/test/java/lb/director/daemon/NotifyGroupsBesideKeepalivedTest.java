package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.BiFunction;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a real keepalived and this program tell of a sync group, and of priorities that a tracked
 * script changes, while they live through the same.
 */
class NotifyGroupsBesideKeepalivedTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    private static final String CONFIGURATION =
            """
            global_defs {
                script_user nobody
                vrrp_notify_fifo FOLDER/fifo
            }
            vrrp_script light {
                script "/usr/bin/test ! -e FOLDER/heavy"
                interval 1
                weight -20
            }
            vrrp_sync_group VG {
                group {
                    VI_1
                    VI_2
                }
                notify_master "FOLDER/n.sh gm"
                notify_backup "FOLDER/n.sh gb"
                notify_fault "FOLDER/n.sh gf"
                notify_stop "FOLDER/n.sh gs"
                notify "FOLDER/n.sh g"
            }
            """
                    + instance(1, 120, "notify \"FOLDER/n.sh 1\"")
                    + instance(2, 120, "")
                    + instance(
                            3,
                            120,
                            """
                            notify "FOLDER/n.sh 3"
                            notify_priority_changes
                            track_script {
                                light
                            }
                            """);

    private VrrpLab lab;

    private static String instance(int number, int priority, String words) {
        return """
        vrrp_instance VI_%1$d {
            interface eth0
            virtual_router_id 5%1$d
            version 3
            advert_int 0.4
            priority %2$d
            virtual_ipaddress { 10.9.0.10%1$d/24 }
            %3$s
        }
        """
                .formatted(number, priority, words);
    }

    @BeforeEach
    void build() throws IOException {
        VrrpLab.assumeItCanRun("ip", "keepalived");
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
    void ofGroupsAndPrioritiesTheyTellTheSame() throws Exception {
        NotifyRecorder keepalived = live("keepalived", lab::keepalived, null);
        NotifyRecorder lb = live("lb", lab::lb, keepalived);

        assertThat(keepalived.toldToFifo)
                .containsKey("a better one comes, GROUP \"VG\"")
                .containsKey("the script fails, INSTANCE \"VI_3\"")
                .containsKey("it is well again while Backup, INSTANCE \"VI_3\"");
        assertThat(lb.toldToFifo).isEqualTo(keepalived.toldToFifo);
        assertThat(lb.toldToScripts).isEqualTo(keepalived.toldToScripts);
    }

    private NotifyRecorder live(
            String program,
            BiFunction<Host, String, LabProcess> start,
            @Nullable NotifyRecorder model)
            throws Exception {
        NotifyRecorder told = new NotifyRecorder(lab, program, model);
        LabProcess reader = told.read(lab);
        LabProcess router =
                start.apply(lab.a, CONFIGURATION.replace("FOLDER", told.folder().toString()));
        told.awaitLines("GROUP \"VG\" MASTER", 1);
        told.awaitLines("INSTANCE \"VI_3\" MASTER", 1);
        told.phase("start");
        Path heavy = Files.createFile(told.folder().resolve("heavy"));
        told.awaitLines("INSTANCE \"VI_3\" MASTER_PRIORITY", 1);
        told.phase("the script fails");
        LabProcess better = lab.keepalived(lab.b, instance(1, 200, "") + instance(3, 200, ""));
        told.awaitLines("GROUP \"VG\" BACKUP", 2);
        told.awaitLines("INSTANCE \"VI_3\" BACKUP", 2);
        told.phase("a better one comes");
        Files.delete(heavy);
        told.awaitLines("INSTANCE \"VI_3\" BACKUP_PRIORITY", 1);
        told.phase("it is well again while Backup");
        better.stop();
        told.awaitLines("GROUP \"VG\" MASTER", 2);
        told.awaitLines("INSTANCE \"VI_3\" MASTER", 2);
        told.phase("it leaves");
        lab.a.run(SOON, "ip", "link", "set", "eth0", "down").orThrow();
        told.awaitLines("GROUP \"VG\" FAULT", 1);
        told.phase("the link goes down");
        lab.a.run(SOON, "ip", "link", "set", "eth0", "up").orThrow();
        told.awaitLines("GROUP \"VG\" MASTER", 3);
        told.awaitLines("INSTANCE \"VI_3\" MASTER", 3);
        told.phase("it is up again");
        router.stop();
        told.phase("stop");
        reader.await();
        return told;
    }
}
