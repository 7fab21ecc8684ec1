package lb.director.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lb.director.config.DirectorSettings.Ring;
import lb.director.config.DirectorSettings.SloppyTcp;
import lb.director.config.DirectorSettings.SourceMac;
import lb.director.config.DirectorSettings.Ttl;
import lb.director.config.syntax.Diagnostic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationReaderTest {

    private static final Options OPTIONS =
            Options.defaults(List.of("rr", "wlc", "mh", "sh"))
                    .withDone(EnumSet.allOf(Feature.class));

    private static ReadResult read(String text) {
        return ConfigurationReader.read("f.conf", text, OPTIONS);
    }

    private static List<String> messages(ReadResult result) {
        return result.diagnostics().stream().map(Diagnostic::toString).toList();
    }

    private static DirectorConfiguration configuration(ReadResult result) {
        assertThat(result.errors()).isEmpty();
        return requireNonNull(result.configuration());
    }

    private static DirectorConfiguration configuration(String text) {
        return configuration(read(text));
    }

    /** A whole virtual server with some lines put into it and into its real server. */
    private static String web(String lines, String realServerLines) {
        return "virtual_server 10.0.0.1 80 {\nprotocol TCP\nlvs_sched wlc\nlvs_method DR\n"
                + lines
                + "\nreal_server 10.0.0.2 80 {\n"
                + realServerLines
                + "\n}\n}\n";
    }

    @Test
    void aVirtualServerComesOutAsItWasWritten() {
        VirtualServer server =
                configuration(
                                """
                                virtual_server 10.0.0.1 80 {
                                    delay_loop 2.5
                                    lb_algo mh
                                    mh-port
                                    mh-fallback
                                    flag-3
                                    lb_kind DR
                                    protocol TCP
                                    persistence_timeout
                                    persistence_granularity 255.255.240.0
                                    weight 7
                                    inhibit_on_failure
                                    real_server 10.0.0.2 80 {
                                    }
                                    real_server 10.0.0.3 {
                                        weight 0
                                        uthreshold 100
                                        lthreshold 80
                                        inhibit_on_failure off
                                    }
                                }
                                """)
                        .virtualServers()
                        .getFirst();

        assertThat(server.toString())
                .isEqualTo(
                        "VirtualServer[address=/10.0.0.1, port=80, mark=0, protocol=TCP, group=null, scheduler=mh,"
                                + " schedulerFlags=[mh-port, mh-fallback, flag-3], onePacket=false,"
                                + " persistence=Persistence[timeoutSeconds=360, prefixLength=20],"
                                + " limit=RateLimit[perSecond=0, perClient=0],"
                                + " delayLoopNanos=2500000000, realServers=["
                                + "RealServerEntry[address=/10.0.0.2, port=80, weight=7, upperThreshold=0,"
                                + " lowerThreshold=0, inhibitOnFailure=true, location=f.conf:13:5], "
                                + "RealServerEntry[address=/10.0.0.3, port=80, weight=0, upperThreshold=100,"
                                + " lowerThreshold=80, inhibitOnFailure=false, location=f.conf:15:5]],"
                                + " location=f.conf:1:1]");
    }

    @Test
    void aGroupBecomesOneServicePerAddress() {
        List<VirtualServer> servers =
                configuration(
                                """
                                virtual_server group G {
                                    protocol UDP
                                    lvs_method DR
                                    ops
                                    real_server 10.0.0.9 { }
                                }
                                virtual_server_group G {
                                    10.0.0.1-3 53
                                    10.1.0.4/30 54
                                    10.0.0.1 55
                                }
                                """)
                        .virtualServers();

        assertThat(servers.stream().map(s -> s.address().getHostAddress() + ":" + s.port()))
                .containsExactly(
                        "10.0.0.1:53",
                        "10.0.0.2:53",
                        "10.0.0.3:53",
                        "10.1.0.4:54",
                        "10.1.0.5:54",
                        "10.1.0.6:54",
                        "10.1.0.7:54",
                        "10.0.0.1:55");
        assertThat(servers)
                .allSatisfy(s -> {
                    assertThat(s.group()).isEqualTo("G");
                    assertThat(s.onePacket()).isTrue();
                    assertThat(s.realServers().getFirst().port()).isEqualTo(s.port());
                });
    }

    @Test
    void ipv6RangesCountInHexadecimal() {
        List<VirtualServer> servers =
                configuration(
                                """
                                virtual_server_group G { 2001:db8::e-11 80
                                }
                                virtual_server group G { protocol SCTP
                                    lvs_method DR
                                    persistence_granularity 64
                                    real_server 2001:db8::99 80 { weight 65535 }
                                }
                                """)
                        .virtualServers();

        assertThat(
                        servers.stream()
                                .map(s ->
                                        s.address()
                                                .getHostAddress()
                                                .replace("2001:db8:0:0:0:0:0:", "")))
                .containsExactly("e", "f", "10", "11");
        assertThat(servers.getFirst().persistence()).isEqualTo(new Persistence(360, 64));
        assertThat(servers.getFirst().protocol()).isEqualTo(Protocol.SCTP);
    }

    @Test
    void portZeroSwitchesPersistenceOn() {
        ReadResult result =
                read(
                        "virtual_server 10.0.0.1 {\nprotocol TCP\nlvs_method DR\nreal_server 10.0.0.2 {\n}\n}");

        assertThat(configuration(result).virtualServers().getFirst().persistence())
                .isEqualTo(new Persistence(360, 32));
        assertThat(messages(result))
                .containsExactly(
                        "f.conf:1:1: warning: virtual_server 10.0.0.1 has no port, so persistence_timeout 360 is"
                                + " switched on, as in keepalived");
    }

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
                        + " characters), not 'a/b'",
            })
    void aBadOverrideNamesItself(String setting, String message) {
        ReadResult result =
                ConfigurationReader.read("f", "", OPTIONS.withOverrides(List.of(setting)));

        assertThat(messages(result)).containsExactly(message);
        assertThat(result.configuration()).isNull();
    }

    @Test
    void oneErrorMeansNoConfiguration() {
        ReadResult result = read(web("", "weight 65536"));

        assertThat(result.configuration()).isNull();
        assertThat(result.checkExitCode()).isEqualTo(4);
        assertThat(messages(result))
                .containsExactly(
                        "f.conf:7:8: error: weight 65536 is out of range; allowed is 0 to 65535");
    }

    @Test
    void unknownKeywordsAreWarningsThatCheckCountsAndStrictRefuses() {
        String text = web("net_mask 255.255.255.0", "");
        ReadResult lenient = read(text);
        ReadResult strict = ConfigurationReader.read("f.conf", text, OPTIONS.withStrict(true));

        assertThat(lenient.configuration()).isNotNull();
        assertThat(lenient.checkExitCode()).isEqualTo(4);
        assertThat(messages(lenient))
                .containsExactly(
                        "f.conf:5:1: warning: unknown keyword 'net_mask' in virtual_server; it is skipped");
        assertThat(strict.configuration()).isNull();
        assertThat(messages(strict))
                .containsExactly(
                        "f.conf:5:1: error: unknown keyword 'net_mask' in virtual_server; it is skipped");
    }

    @Test
    void whatIsNotDoneYetIsOneWarningHoweverOftenItStands() {
        String text =
                web(
                        "sorry_server 10.0.0.9 80\nquorum 2",
                        "TCP_CHECK {\nconnect_timeout 3\n}\nTCP_CHECK {\n}");

        assertThat(messages(read(text)))
                .containsExactly(
                        "f.conf:5:1: warning: sorry_server is accepted but not done yet; without a usable real"
                                + " server clients get no answer",
                        "f.conf:6:1: warning: quorum is accepted but not done yet",
                        "f.conf:8:1: warning: TCP_CHECK is accepted but not done yet (2 places); real servers count"
                                + " as up without it");
        assertThat(read(text).checkExitCode()).isZero();
    }

    @Test
    void featuresTheDataPlaneLacksAreWarningsAndStayInTheModel() {
        String text =
                "virtual_server 2001:db8::1 {\nprotocol UDP\nlvs_method DR\nops\nreal_server 2001:db8::2 {\n"
                        + "uthreshold 5\n}\n}\nvirtual_server fwmark 3 {\nlvs_method DR\nreal_server 10.0.0.1 {\n}\n}";
        ReadResult result = ConfigurationReader.read("f.conf", text, OPTIONS.withDone(Set.of()));

        assertThat(configuration(result).virtualServers()).hasSize(2);
        assertThat(
                        messages(result).stream()
                                .filter(m -> m.contains("not done"))
                                .map(m ->
                                        m.replaceAll(
                                                "f.conf:|: warning: | is accepted but not done yet",
                                                " "))
                                .collect(Collectors.joining(",")))
                .isEqualTo(
                        " 1:1 protocol UDP , 1:1 IPv6 for virtual servers , 1:1 port 0 (all ports) , 1:1 persistence ,"
                                + " 4:1 ops , 6:1 uthreshold/lthreshold ");
    }

    @Test
    void assumeDrTakesEveryMethodAsDr() {
        String text =
                "virtual_server 10.0.0.1 80 {\nprotocol TCP\nlvs_method NAT\nreal_server 10.0.0.2 80 {\n}\n}\n"
                        + "virtual_server 10.0.0.1 81 {\nprotocol TCP\nreal_server 10.0.0.2 81 {\n}\n}";
        ReadResult result = ConfigurationReader.read("f.conf", text, OPTIONS.withAssumeDr(true));

        assertThat(configuration(result).virtualServers()).hasSize(2);
        assertThat(messages(result))
                .containsExactly(
                        "f.conf:3:12: warning: lvs_method NAT of virtual_server 10.0.0.1 80 is taken as DR"
                                + " (--assume-dr)",
                        "f.conf:7:1: warning: virtual_server 10.0.0.1 81 has no lvs_method; DR is taken"
                                + " (--assume-dr)");
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

    @Test
    void configurationsAsTheyAreFoundInTheWildLoad() {
        ReadResult result =
                read(
                        """
                        ! Configuration File for keepalived
                        global_defs {
                           notification_email {
                             root@localhost
                           }
                           router_id LVS_DEVEL
                           vrrp_strict
                        }
                        vrrp_instance VI_1 {
                            state MASTER
                            interface eth0
                            virtual_router_id 51
                            priority 100
                            advert_int 1
                            authentication {
                                auth_type PASS
                                auth_pass 1111
                            }
                            virtual_ipaddress {
                                192.168.200.16
                            }
                        }
                        virtual_server 192.168.200.16 80
                        {
                            delay_loop 6
                            lb_algo loadbalance
                            lb_kind DR
                            net_mask 255.255.255.0
                            persistence_timeout 0
                            protocol tcp
                            sorry_server 127.0.0.1 80
                            real_server 192.168.200.2 80 { weight 1
                                HTTP_GET {
                                    url {
                                      path /testurl/test.jsp
                                      digest 640205b7b0fc66c1ea91c463fac6334d
                                    }
                                    connect_timeout 3
                                    nb_get_retry 3
                                    bind_to 10.0.0.1
                                    delay_before_retry 3
                                } }
                            real_server 192.168.200.3 8080 {
                                weight 1 }
                            real_server 192.168.200.3 80 {
                                weight 1
                            }
                        }
                        """);

        assertThat(configuration(result).virtualServers().getFirst().realServers()).hasSize(2);
        assertThat(result.checkExitCode()).isEqualTo(4);
        assertThat(messages(result))
                .containsExactly(
                        "f.conf:3:4: warning: notification_email is accepted but not done yet",
                        "f.conf:10:5: warning: state is BACKUP: only priority 255 is MASTER in strict mode",
                        "f.conf:15:5: warning: authentication is ignored in strict mode",
                        "f.conf:26:13: warning: unknown scheduler 'loadbalance'; wlc is used, as in keepalived;"
                                + " known: mh rr sh wlc",
                        "f.conf:28:5: warning: unknown keyword 'net_mask' in virtual_server; it is skipped",
                        "f.conf:29:25: warning: persistence_timeout 0 is taken as off; remove the line",
                        "f.conf:31:5: warning: sorry_server is accepted but not done yet; without a usable real"
                                + " server clients get no answer",
                        "f.conf:33:9: warning: HTTP_GET is accepted but not done yet; real servers count as up"
                                + " without it",
                        "f.conf:40:13: warning: unknown keyword 'bind_to' in HTTP_GET; did you mean bindto?",
                        "f.conf:43:31: warning: port 8080 is taken as 80: with DR a real server is reached at the"
                                + " virtual server's port",
                        "f.conf:45:5: warning: real_server 192.168.200.3 is there already (line 43); this one is"
                                + " dropped");
    }
}
