package lb.director.daemon;

import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.await;
import static lb.director.daemon.VrrpLab.awaitTimes;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** This program and a real keepalived elect, each in both roles; keepalived has no objection. */
class BesideKeepalivedTest {
    private static final String MASTER = "BACKUP -> MASTER";

    private VrrpLab lab;

    /** A way to speak. */
    enum Dialect {
        V2("version 2", "1", "ip.src", "10.9.0.1", "10.9.0.100/24"),
        V3("version 3", "0.4", "ip.src", "10.9.0.1", "10.9.0.100/24"),
        V3_UNICAST(
                "version 3\nunicast_src_ip %s\nunicast_peer {\n%s\n}",
                "0.4", "ip.src", "10.9.0.1", "10.9.0.100/24"),
        V3_IPV6("version 3", "0.4", "ipv6.src", "fe80::ff:fe00:1", "fe80::100/64\nfd00:9::100/64");

        private final String words;
        private final String interval;
        private final String sourceField;
        private final String source;
        private final String vips;

        Dialect(String words, String interval, String sourceField, String source, String vips) {
            this.words = words;
            this.interval = interval;
            this.sourceField = sourceField;
            this.source = source;
            this.vips = vips;
        }

        String configuration(int priority, String own, String peer) {
            return """
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                state BACKUP
                priority %d
                advert_int %s
                %s
                virtual_ipaddress {
                    %s
                }
            }
            """
                    .formatted(priority, interval, words.formatted(own, peer), vips);
        }

        String vip() {
            String last = vips.substring(vips.lastIndexOf('\n') + 1);
            return last.substring(0, last.indexOf('/'));
        }
    }

    @BeforeEach
    void build() {
        VrrpLab.assumeItCanRun("ip", "tcpdump", "tshark", "keepalived");
        lab = new VrrpLab();
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theyElectInBothRolesAndKeepalivedFindsNoFault(Dialect dialect) {
        Path capture = lab.lab.directory().resolve("vrrp.pcap");
        LabProcess tcpdump = lab.captureInto(lab.b, capture);
        LabProcess keepalived =
                lab.keepalived(lab.b, dialect.configuration(100, "10.9.0.2", "10.9.0.1"));
        keepalived.awaitOutput("Entering MASTER STATE", PATIENCE);

        LabProcess better = lab.lb(lab.a, dialect.configuration(150, "10.9.0.1", "10.9.0.2"));
        better.awaitOutput(MASTER, PATIENCE);
        awaitTimes(keepalived, "Entering BACKUP STATE", 2);
        onlyOneHolds(dialect, true);
        // Some intervals long, so that there are adverts to look at.
        pause(dialect == Dialect.V2 ? 2_500 : 1_000);
        better.stop();
        awaitTimes(keepalived, "Entering MASTER STATE", 2);
        onlyOneHolds(dialect, false);

        LabProcess weaker = lab.lb(lab.a, dialect.configuration(50, "10.9.0.1", "10.9.0.2"));
        weaker.awaitOutput("INIT -> BACKUP", PATIENCE);
        // Longer than its Active_Down_Interval, so that it would have taken over.
        pause(dialect == Dialect.V2 ? 4_500 : 2_000);
        assertThat(weaker.output()).doesNotContain(MASTER);
        onlyOneHolds(dialect, false);
        assertThat(lab.ask(lab.a, "vrrp").output()).contains("BACKUP");
        keepalived.stop();
        weaker.awaitOutput(MASTER, PATIENCE);
        await("lb holds the VIP", () -> lab.holds(lab.a, dialect.vip()));
        weaker.stop();
        tcpdump.stop();

        assertThat(keepalived.output())
                .doesNotContainIgnoringCase("invalid")
                .doesNotContainIgnoringCase("mismatch")
                .doesNotContain("too short", "too long", "unexpected ip number");
        CaseLab.assertNoFault(weaker);
        CaseLab.assertNoFault(better);
        assertThat(lab.checksums(capture, dialect.sourceField, dialect.source))
                .hasSizeGreaterThanOrEqualTo(3)
                .containsOnly("1");
    }

    private void onlyOneHolds(Dialect dialect, boolean lbDoes) {
        await(
                lbDoes ? "lb alone holds the VIP" : "keepalived alone holds the VIP",
                () ->
                        lab.holds(lab.a, dialect.vip()) == lbDoes
                                && lab.holds(lab.b, dialect.vip()) != lbDoes);
    }
}
