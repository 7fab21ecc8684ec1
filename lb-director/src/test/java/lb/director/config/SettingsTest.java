package lb.director.config;

import static lb.director.config.ReadText.OPTIONS;
import static lb.director.config.ReadText.configuration;
import static lb.director.config.ReadText.messages;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import lb.director.config.DirectorSettings.Ring;
import lb.director.config.DirectorSettings.SloppyTcp;
import lb.director.config.DirectorSettings.SourceMac;
import lb.director.config.DirectorSettings.Ttl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the lb block, global_defs and the command line set. */
class SettingsTest {
    @Test
    void theBlockOfOurOwnSetsEverySetting() {
        DirectorSettings settings =
                configuration(
                                """
                                global_defs {
                                    default_interface eth9
                                    lvs_timeouts tcp 100 udp 50
                                }
                                lb {
                                    ring v3
                                    ttl keep
                                    source_mac preserve
                                    workers 64
                                    spin
                                    shortcut off
                                    connections_max 5000
                                    interface eth0 eth1.20
                                    interface bond0
                                    vip_lease 2
                                    vip_probe off
                                    expire_nodest_conn 0
                                    expire_quiescent_template 0
                                    sloppy_tcp 1
                                    conn_reuse_mode 2
                                    mh_table_size 65537
                                    mh_load_factor 1.5
                                }
                                """)
                        .settings();

        assertThat(settings)
                .isEqualTo(
                        new DirectorSettings(
                                Ring.V3,
                                Ttl.KEEP,
                                SourceMac.PRESERVE,
                                64,
                                true,
                                false,
                                5000,
                                List.of("eth0", "eth1.20", "bond0"),
                                2,
                                false,
                                false,
                                false,
                                SloppyTcp.ON,
                                2,
                                65537,
                                new BigDecimal("1.5"),
                                new LvsTimeouts(100, 120, 50)));
    }

    @Test
    void anEmptyFileMeansAllDefaults() {
        DirectorConfiguration configuration =
                configuration(
                        ConfigurationReader.read(
                                "f.conf", "# nothing\n", OPTIONS.withConfigId("box")));

        assertThat(configuration.settings()).isEqualTo(DirectorSettings.DEFAULT);
        assertThat(configuration.globals()).isEqualTo(new GlobalDefinitions("box", null));
        assertThat(configuration.virtualServers()).isEmpty();
    }

    @Test
    void theCommandLineWinsOverTheFile() {
        Options options =
                OPTIONS.withOverrides(
                        List.of(
                                "workers=3",
                                "interface=a,b",
                                "lvs_timeouts=tcp 5",
                                "spin=on",
                                "ring=V3"));
        String text = "lb {\nworkers 2\ninterface eth0\n}\nglobal_defs {\nlvs_timeouts udp 9\n}\n";
        DirectorSettings settings =
                configuration(ConfigurationReader.read("f", text, options)).settings();

        assertThat(settings.workers()).isEqualTo(3);
        assertThat(settings.interfaces()).containsExactly("a", "b");
        assertThat(settings.timeouts()).isEqualTo(new LvsTimeouts(5, 120, 9));
        assertThat(settings.spin()).isTrue();
        assertThat(settings.ring()).isEqualTo(Ring.V3);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "workers=0|--set workers=0: error: workers 0 is out of range; allowed is 1 to 64",
                "workers|--set workers: error: expected name=value, such as --set workers=2",
                "worker=2|--set worker=2: error: there is no such setting; did you mean workers?",
                "ring=v9|--set ring=v9: error: ring needs auto or v2 or v3, not 'v9'",
                "spin=maybe|--set spin=maybe: error: spin needs on or off (true, false, yes, no), not 'maybe'",
                "vip_probe=1|--set vip_probe=1: error: vip_probe needs on or off (true, false, yes, no), not '1'",
                "vip_lease=|--set vip_lease=: error: vip_lease needs a number 2 to 3600",
                "interface=|--set interface=: error: interface needs the name of at least one interface",
                "interface=a/b|--set interface=a/b: error: interface needs the name of an interface (at most 15"
                        + " bytes, no space, '/' or ':'), not 'a/b'",
            })
    void aBadOverrideNamesItself(String setting, String message) {
        ReadResult result =
                ConfigurationReader.read("f", "", OPTIONS.withOverrides(List.of(setting)));

        assertThat(messages(result)).containsExactly(message);
        assertThat(result.configuration()).isNull();
    }

    @Test
    void eachSideOfAPairReadsItsOwnLines() {
        String text =
                "global_defs {\n@a router_id one\n@b router_id two\n@^a default_interface eth1\n}\n";

        assertThat(
                        configuration(
                                        ConfigurationReader.read(
                                                "f", text, OPTIONS.withConfigId("a")))
                                .globals())
                .isEqualTo(new GlobalDefinitions("one", null));
        assertThat(
                        configuration(
                                        ConfigurationReader.read(
                                                "f", text, OPTIONS.withConfigId("b")))
                                .globals())
                .isEqualTo(new GlobalDefinitions("two", "eth1"));
    }
}
