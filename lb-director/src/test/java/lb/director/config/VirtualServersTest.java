package lb.director.config;

import static lb.director.config.ReadText.OPTIONS;
import static lb.director.config.ReadText.configuration;
import static lb.director.config.ReadText.messages;
import static lb.director.config.ReadText.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Blocks of virtual_server: what comes of them. */
class VirtualServersTest {
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
}
