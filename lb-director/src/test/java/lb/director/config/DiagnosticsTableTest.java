package lb.director.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import lb.core.linux.SteeringFilter;
import lb.director.config.syntax.Diagnostic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small inputs and exactly what is said about them. */
class DiagnosticsTableTest {

    private static final Options OPTIONS =
            Options.defaults(List.of("rr", "wlc", "mh", "sh"))
                    .withDone(EnumSet.allOf(Feature.class));

    /** The lines of a virtual server from line 2 on; all else about it is right. */
    private static Arguments inVirtualServer(String lines, String... messages) {
        String text =
                "virtual_server 10.0.0.1 80 {\n"
                        + lines
                        + "\nprotocol TCP\nlvs_method DR\nreal_server 10.0.0.2 {\n}\n}\n";
        return Arguments.of(lines, text, List.of(messages));
    }

    /** The lines of a real server from line 5 on. */
    private static Arguments inRealServer(String lines, String... messages) {
        String text =
                "virtual_server 10.0.0.1 80 {\nprotocol TCP\nlvs_method DR\nreal_server 10.0.0.2 {\n"
                        + lines
                        + "\n}\n}\n";
        return Arguments.of(lines, text, List.of(messages));
    }

    private static Arguments whole(String text, String... messages) {
        return Arguments.of(text, text, List.of(messages));
    }

    /** A virtual server with this header. */
    private static Arguments header(String header, String... messages) {
        String text = header + " {\nprotocol TCP\nlvs_method DR\nreal_server 10.0.0.2 {\n}\n}\n";
        return Arguments.of(header, text, List.of(messages));
    }

    static Stream<Arguments> table() {
        return Stream.of(virtualServerLines(), realServerLines(), headers(), marks(), wholes())
                .flatMap(s -> s);
    }

    private static Stream<Arguments> virtualServerLines() {
        return Stream.of(
                inVirtualServer(
                        "lb_agro rr",
                        "2:1: warning: unknown keyword 'lb_agro' in virtual_server; did you mean lb_algo?"),
                inVirtualServer(
                        "LVS_SCHED rr",
                        "2:1: warning: unknown keyword 'LVS_SCHED' in virtual_server; did you mean lvs_sched?"),
                inVirtualServer(
                        "uthreshold 3",
                        "2:1: warning: unknown keyword 'uthreshold' in virtual_server; it belongs in real_server"),
                inVirtualServer(
                        "lvs_sched wcl",
                        "2:11: warning: unknown scheduler 'wcl'; wlc is used, as in keepalived; did you mean wlc?"),
                inVirtualServer(
                        "lvs_sched",
                        "2:1: error: lvs_sched needs the name of a scheduler, such as wlc"),
                inVirtualServer(
                        "lvs_sched rr wrr",
                        "2:14: warning: 'wrr' is ignored: lvs_sched takes only 1; one statement a line"),
                inVirtualServer(
                        "sh-port\nlvs_sched sh",
                        "2:1: warning: sh-port is ignored: it must stand below the lvs_sched line"),
                inVirtualServer(
                        "lvs_sched rr\nmh-port",
                        "3:1: warning: mh-port is ignored: it belongs to scheduler mh, but this one is rr"),
                inVirtualServer(
                        "protocol ICMP",
                        "2:10: error: protocol needs sctp or tcp or udp, not 'ICMP'"),
                inVirtualServer("lvs_method DSR", "2:12: error: lvs_method needs DR, not 'DSR'"),
                inVirtualServer(
                        "delay_loop x",
                        "2:12: error: delay_loop needs a time in seconds, such as 6 or 0.5,"
                                + " not 'x'"),
                inVirtualServer(
                        "delay_loop",
                        "2:1: error: delay_loop needs a time in seconds, such as 6 or 0.5"),
                inVirtualServer("delay_loop 0", "2:12: error: delay_loop 0 is out of range"),
                inVirtualServer(
                        "persistence_timeout -1",
                        "2:21: error: persistence_timeout -1 is out of range; allowed is 1 to 2678400"),
                inVirtualServer(
                        "persistence_timeout 0",
                        "2:21: warning: persistence_timeout 0 is taken as off; remove the line"),
                inVirtualServer(
                        "persistence_granularity 255.0.255.0",
                        "2:25: error: persistence_granularity needs a netmask such as 255.255.255.0, not"
                                + " '255.0.255.0'"),
                inVirtualServer("ops", "2:1: warning: ops is ignored: it is for protocol UDP only"),
                inVirtualServer(
                        "real_server 10.0.0.2 { }\nreal_server 10.0.0.2 80 { weight 3 }",
                        "3:1: warning: real_server 10.0.0.2 is there already (line 2); this one is dropped",
                        "6:1: warning: real_server 10.0.0.2 is there already (line 2); this one is dropped"),
                inVirtualServer(
                        "real_server 10.0.0.3 8080 {\n}",
                        "2:22: warning: port 8080 is taken as 80: with DR a real server is reached at the virtual"
                                + " server's port"),
                inVirtualServer(
                        "real_server fe80::1 80 {\n}",
                        "2:1: error: real_server fe80:0:0:0:0:0:0:1 cannot serve 10.0.0.1: with DR both must be IPv4"
                                + " or both IPv6"),
                inVirtualServer(
                        "real_server web1 80 {\n}",
                        "2:13: error: real_server needs an IPv4 or IPv6 address, not 'web1'; host names are not"
                                + " looked up"),
                inVirtualServer(
                        "real_server 10.0.0.3:80 {\n}",
                        "2:13: error: real_server needs an IPv4 or IPv6 address, not '10.0.0.3:80'; put a space"
                                + " instead of ':' before the port"),
                inVirtualServer(
                        "real_server 10.0.0.3 80",
                        "2:1: error: real_server needs a block: expected '{'" + " behind it"),
                inVirtualServer(
                        "virtual_server 10.0.0.7 80 {\n}",
                        "2:1: warning: virtual_server cannot stand inside virtual_server; is a '}' missing above this"
                                + " line?"),
                inVirtualServer(
                        "weight 70000",
                        "2:8: error: weight 70000 is out of range; allowed is 0 to 65535"));
    }

    private static Stream<Arguments> realServerLines() {
        return Stream.of(
                inRealServer(
                        "weight abc", "5:8: error: weight needs a number 0 to 65535, not 'abc'"),
                inRealServer("weight", "5:1: error: weight needs a number 0 to 65535"),
                inRealServer(
                        "weight -1",
                        "5:8: error: weight -1 is out of range; allowed is 0 to 65535"),
                inRealServer(
                        "weight 99999999999999999999",
                        "5:8: error: weight 99999999999999999999 is out of range; allowed is 0 to 65535"),
                inRealServer(
                        "weight 1 TCP_CHECK {\n}",
                        "5:10: warning: 'TCP_CHECK' is ignored: weight takes only 1; one statement a line",
                        "5:20: error: weight takes no block; put what follows on a line of its own"),
                inRealServer(
                        "wieght 1",
                        "5:1: warning: unknown keyword 'wieght' in real_server; did you mean weight?"),
                inRealServer(
                        "uthreshold 5\nlthreshold 9",
                        "4:1: error: real_server 10.0.0.2: lthreshold 9 is above uthreshold 5"),
                inRealServer(
                        "lvs_method NAT",
                        "5:12: error: lvs_method NAT is not possible: this director does direct routing only; write"
                                + " 'lvs_method DR' and give each real server the VIP on lo, or start with"
                                + " --assume-dr"),
                inRealServer(
                        "inhibit_on_failure 7",
                        "5:20: error: inhibit_on_failure needs on or off (true, false, yes, no), not '7'"));
    }

    private static Stream<Arguments> headers() {
        return Stream.of(
                header(
                        "virtual_server",
                        "1:1: error: virtual_server needs 'IP port', 'group NAME' or 'fwmark N', as in:"
                                + " virtual_server 10.0.0.1 80"),
                header(
                        "virtual_server 10.0.0.300 80",
                        "1:16: error: virtual_server needs an IPv4 or IPv6 address, not '10.0.0.300'"),
                header(
                        "virtual_server 10.0.0.1/24 80",
                        "1:16: error: virtual_server needs an IPv4 or IPv6 address, not '10.0.0.1/24'; leave out"
                                + " /24"),
                header(
                        "virtual_server 10.0.0.1 80x",
                        "1:25: error: port needs a number 0 to 65535, not '80x'"),
                header(
                        "virtual_server 10.0.0.1 65536",
                        "1:25: error: port 65536 is out of range; allowed is 0 to" + " 65535"),
                header(
                        "virtual_server 0.0.0.0 80",
                        "1:16: error: virtual_server 0.0.0.0: that is the unspecified"
                                + " address"),
                header(
                        "virtual_server 224.0.0.1 80",
                        "1:16: error: virtual_server 224.0.0.1: that is a multicast" + " address"),
                header(
                        "virtual_server group",
                        "1:16: error: virtual_server group needs the name of a"
                                + " virtual_server_group"),
                header(
                        "virtual_server group X",
                        "1:22: error: there is no virtual_server_group 'X'"),
                header(
                        "virtual_server_group GREEN {\n10.0.0.1 80\n}\nvirtual_server group GREAN",
                        "4:22: error: there is no virtual_server_group 'GREAN'; did you mean GREEN?"),
                header(
                        "virtual_server fwmark",
                        "1:16: error: virtual_server fwmark needs a number"),
                header(
                        "virtual_server fwmark 0",
                        "1:23: error: fwmark 0 is out of range; allowed is 1 to 2147483647"),
                header(
                        "virtual_server fwmark 3",
                        "1:1: warning: no IPv4 packet gets mark 3: say which do, as in lb { classifier {"
                                + " mark 3 { destination VIP port 80,443 } } }, one line for each word"));
    }

    private static Arguments inMark(String lines, String... messages) {
        String text =
                "lb {\nclassifier {\nmark 1 {\n"
                        + lines
                        + "\n}\n}\n}\nvirtual_server fwmark 1 {\nlvs_method DR\nreal_server 10.0.0.2 {\n}\n}\n";
        return Arguments.of(lines, text, List.of(messages));
    }

    private static Stream<Arguments> marks() {
        String vip = "destination 10.9.0.1\n";
        return Stream.of(
                inMark(
                        vip
                                + "source 10.0.0.0/8 fd00::/8\nprotocol tcp,udp sctp\nport 80,443 8000-8010"),
                inMark(
                        "port 80",
                        "3:1: error: mark 1 needs a destination: the VIPs that its packets are for"),
                inMark(
                        vip + "source 10.0.0.1/8",
                        "5:8: error: '10.0.0.1/8' has bits set behind /8; give the first address"),
                inMark(
                        vip + "source ten",
                        "5:8: error: source needs an address or a network such as 10.0.0.0/8, not 'ten'"),
                inMark(
                        vip + "source fd00::/8",
                        "3:1: error: destination 10.9.0.1 has no source of its family; add one, such as"
                                + " 0.0.0.0/0"),
                inMark(
                        vip + "port 443-80",
                        "5:6: error: port needs numbers 1 to 65535 or a range such as 8000-8010, not"
                                + " '443-80'"),
                inMark(
                        vip + "port 1024-65535",
                        "5:6: error: '1024-65535' is more than 4096 ports; leave the line out for all"
                                + " ports"),
                inMark(
                        vip + "protocol icmp",
                        "5:10: error: protocol needs tcp, udp or sctp, not 'icmp'"),
                inMark(
                        vip + "dport 80",
                        "5:1: warning: unknown keyword 'dport' in mark; did you mean port?"),
                whole(
                        "lb {\nclassifier {\nmark 2 {\ndestination 10.9.0.1\n}\n}\n}\n",
                        "3:1: warning: there is no virtual_server fwmark 2: these packets are taken as if"
                                + " they had no mark"),
                // 5 x 3 x 4096 ports, and 15 entries for fragments, are 61,455.
                inMark("destination 10.9.0.1-5\nport 4001-8096"),
                // Other sources need no further entries.
                inMark("destination 10.9.0.1-5\nport 4001-8096\nsource 10.0.0.0/8 11.0.0.0/8"),
                inMark(
                        "destination 10.9.0.1-6\nport 4001-8096",
                        "3:1: error: more than 65536 combinations of VIP, protocol and port: the host"
                                + " gives up each by itself; name fewer ports or protocols, or leave port"
                                + " out for all"),
                inVirtualServer("lb {\nrate_limit 1000\nclient_rate_limit 0\n}"),
                inVirtualServer(
                        "lb {\nrate_limit -1\nclient_rate_limit 1000001\n}",
                        "3:12: error: rate_limit -1 is out of range; allowed is 0 to 1000000",
                        "4:19: error: client_rate_limit 1000001 is out of range; allowed is 0 to 1000000"));
    }

    private static Stream<Arguments> wholes() {
        String web =
                "virtual_server 10.0.0.1 80 {\nprotocol TCP\nlvs_method DR\nreal_server 10.0.0.2 {\n}\n}\n";
        return Stream.of(
                whole(
                        "virtual_server 10.0.0.1 80",
                        "1:1: error: virtual_server needs a block: expected '{' behind it"),
                whole(
                        "virtual_server 10.0.0.1 80 {\n}",
                        "1:1: warning: virtual_server 10.0.0.1 80 has no real_server and is ignored"),
                whole(
                        "virtual_server 10.0.0.1 80 {\nlvs_method DR\nreal_server 10.0.0.2 {\n}\n}",
                        "1:1: warning: virtual_server 10.0.0.1 80 has no protocol, which means UDP as in keepalived;"
                                + " for TCP add 'protocol TCP'"),
                whole(
                        "virtual_server 10.0.0.1 80 {\nprotocol TCP\nreal_server 10.0.0.2 {\n}\n}",
                        "1:1: error: virtual_server 10.0.0.1 80 has no lvs_method, which means NAT in keepalived; this"
                                + " director does direct routing only: add 'lvs_method DR', or start with"
                                + " --assume-dr"),
                whole(
                        "virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_kind TUN\nreal_server 10.0.0.2 {\n}\n}",
                        "3:9: error: lvs_method TUN is not possible: this director does direct routing only; write"
                                + " 'lvs_method DR' and give each real server the VIP on lo, or start with"
                                + " --assume-dr"),
                whole(
                        web + web,
                        "7:1: error: virtual_server 10.0.0.1 80 is there already (10.0.0.1:80 TCP, line 1); remove"
                                + " one of them"),
                whole(
                        "virtual_sever 10.0.0.1 80 {\nfoo\n}",
                        "1:1: warning: unknown keyword 'virtual_sever' in the configuration; did you mean"
                                + " virtual_server?"),
                whole(
                        "lvs_sched rr",
                        "1:1: warning: unknown keyword 'lvs_sched' in the configuration; it belongs in"
                                + " virtual_server"),
                whole(
                        "lb {\nring v4\nworkers 65\nvip_lease 1\nfoo 1\n}",
                        "2:6: error: ring needs auto or v2 or v3, not 'v4'",
                        "3:9: error: workers 65 is out of range; allowed is 1 to 64",
                        "4:11: error: vip_lease 1 is out of range; allowed is 2 to 3600",
                        "5:1: warning: unknown keyword 'foo' in lb; it is skipped"),
                whole(
                        "global_defs {\nlvs_timeouts tcp\n}",
                        "2:14: error: tcp needs a number of seconds behind it"),
                whole(
                        "global_defs {\nlvs_timeouts sctp 3\n}",
                        "2:14: error: lvs_timeouts needs tcp, tcpfin or udp here, not 'sctp'"),
                whole(
                        "global_defs {\ndefault_interface eth0/1\n}",
                        "2:19: error: default_interface needs the name of an interface (at most 15 bytes, no"
                                + " space, '/' or ':'), not 'eth0/1'"),
                // Thirteen characters of 18 bytes; and one whose second byte is a space to the
                // kernel.
                whole(
                        "global_defs {\ndefault_interface größenärgerüß\ndefault_interface voilà\n}",
                        "2:19: error: default_interface needs the name of an interface (at most 15 bytes, no"
                                + " space, '/' or ':'), not 'größenärgerüß'",
                        "3:19: error: default_interface needs the name of an interface (at most 15 bytes, no"
                                + " space, '/' or ':'), not 'voilà'"),
                whole(
                        "virtual_server_group G {\n10.0.0.9-3 80\n10.0.0.1/30 80\n10.0.0.0/8 80\nfe80::1-zz 80\n}",
                        "2:1: error: expected a range such as 10.0.0.1-20, not '10.0.0.9-3'",
                        "3:1: error: '10.0.0.1/30' has bits set behind /30; give the first address",
                        "4:1: error: '10.0.0.0/8' is more than 4096 addresses; split it up",
                        "5:1: error: expected a range such as 2001:db8::1-20, not 'fe80::1-zz'"),
                whole(
                        "vrrp_instance A {\nstate MASTER\nprioritty 5\n}",
                        "1:1: error: vrrp_instance A needs interface, as in: interface eth0",
                        "1:1: error: vrrp_instance A needs virtual_router_id, a number 1 to 255, the same on all"
                                + " routers",
                        "1:1: error: vrrp_instance A needs virtual_ipaddress, with at least one address",
                        "3:1: warning: unknown keyword 'prioritty' in vrrp_instance; did you mean priority?"));
    }

    @Test
    void theConfigurationMayHaveWhatTheFilterHolds() {
        assertThat(SteeredEntries.MAXIMUM).isEqualTo(SteeringFilter.CAPACITY);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void exactlyThisIsSaid(String name, String text, List<String> messages) {
        ReadResult result = ConfigurationReader.read("f", text, OPTIONS);

        assertThat(result.diagnostics().stream().map(Diagnostic::toString))
                .as(name)
                .isEqualTo(Arrays.asList(messages.stream().map(m -> "f:" + m).toArray()));
        assertThat(result.configuration() == null)
                .isEqualTo(messages.stream().anyMatch(m -> m.contains(": error: ")));
    }
}
