package lb.director.daemon;

import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.VIP;
import static lb.director.daemon.VrrpLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import lb.core.linux.NetworkNamespace;
import lb.director.lab.Capture;
import lb.director.lab.CapturedFrame;
import lb.director.lab.Host;
import lb.director.lab.LabProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A director with use_vmac beside a real keepalived with use_vmac. */
class VirtualMacTest {
    private static final long MAC4 = 0x00_00_5e_00_01_33L;
    private static final long MAC6 = 0x00_00_5e_00_02_34L;
    private static final String MASTER = "(SHOP) BACKUP -> MASTER";

    private VrrpLab lab;

    @BeforeEach
    void build() {
        VrrpLab.assumeItCanRun("ip", "tcpdump", "keepalived", "curl");
        lab = new VrrpLab();
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    private static String instances(int priority, String more) {
        return """
        vrrp_instance SHOP {
            interface eth0
            virtual_router_id 51
            state BACKUP
            version 3
            priority %1$d
            advert_int 0.4
            use_vmac
            %2$s
            virtual_ipaddress {
                10.9.0.100/24
            }
        }
        vrrp_instance SHOP6 {
            interface eth0
            virtual_router_id 52
            state BACKUP
            version 3
            priority %1$d
            advert_int 0.4
            use_vmac
            %2$s
            virtual_ipaddress {
                fe80::100/64
                fd00:9::100/64
            }
        }
        """
                .formatted(priority, more);
    }

    private static String director(String more) {
        return """
        global_defs {
            default_interface eth0
        }
        lb {
            vip_lease 2
        }
        %s
        virtual_server 10.9.0.100 80 {
            protocol TCP
            lvs_sched rr
            lvs_method DR
            real_server 10.9.0.4 80 {
            }
        }
        """
                .formatted(instances(150, more));
    }

    @Test
    void theVipsAnswerWithTheVirtualMacAddressWhichIsUpOnTheActiveAlone() throws Exception {
        HttpServer server = http(lab.server);
        Capture capture =
                lab.client.capture("eth0", "ip proto 112 or ip6 proto 112 or arp or icmp6");
        LabProcess a = lab.lb(lab.a, director(""));
        a.awaitOutput(MASTER, PATIENCE);
        LabProcess b = lab.keepalived(lab.b, instances(100, ""));
        b.awaitOutput("Entering BACKUP STATE", PATIENCE);
        await("the VIP is there", () -> link(lab.a, "vrrp.51").contains(VIP));
        await("the IPv6 VIP is there", () -> link(lab.a, "vrrp6.52").contains("fd00:9::100"));
        assertThat(lab.whoAnswers()).containsExactly(MAC4);
        await(
                "the IPv6 VIP's neighbour entry",
                () -> solicited("fd00:9::100").contains("00:00:5e:00:02:34"));
        Capture resets = lab.client.capture("eth0", "tcp[tcpflags] & tcp-rst != 0 and host " + VIP);
        assertThat(curl(20)).isEqualTo("page\n".repeat(20));
        assertThat(resets.stop()).isEmpty();
        assertThat(lab.verdicts(lab.a, "FORWARDED")).isGreaterThan(80);
        // The host itself answers at its own address with its own MAC address.
        await("its own neighbour entry", () -> solicited("10.9.0.1").contains("02:00:00:00:00:01"));
        await("the VIP's neighbour entry", () -> solicited(VIP).contains("00:00:5e:00:01:33"));

        List<CapturedFrame> frames = capture.stop();
        assertThat(sources(frames, 0x0800, 26, 0x0a090001)).containsOnly(MAC4).isNotEmpty();
        assertThat(
                        frames.stream()
                                .filter(frame -> frame.type() == 0x86dd && frame.u8(20) == 112)
                                .map(CapturedFrame::source)
                                .distinct())
                .containsExactly(MAC6);
        assertThat(
                        frames.stream()
                                .filter(frame -> frame.type() == 0x0806)
                                .filter(frame -> frame.i32(28) == 0x0a090064)
                                .map(frame -> frame.u48(22))
                                .distinct())
                .containsExactly(MAC4);

        a.stop();
        b.awaitOutput("Entering MASTER STATE", PATIENCE);
        assertThat(lab.a.run(PATIENCE, "ip", "-o", "link").orThrow().output())
                .doesNotContain("vrrp");
        assertThat(setting("arp_ignore")).isEqualTo("0");
        assertThat(b.output()).doesNotContainIgnoringCase("invalid");

        LabProcess weaker = lab.lb(lab.a, instances(50, ""));
        weaker.awaitOutput("(SHOP) INIT -> BACKUP", PATIENCE);
        assertThat(link(lab.a, "vrrp.51")).isEmpty();
        assertThat(lab.a.run(PATIENCE, "ip", "-o", "link", "show", "vrrp.51").orThrow().output())
                .contains("state DOWN", "00:00:5e:00:01:33");
        server.stop(0);
    }

    @Test
    void whatAKilledDirectorLeavesIsRemovedByCleanup() {
        LabProcess a = lab.lb(lab.a, director("vmac_xmit_base"));
        a.awaitOutput(MASTER, PATIENCE);
        Capture capture = lab.client.capture("eth0", "ip proto 112");
        await("the VIP is there", () -> link(lab.a, "vrrp.51").contains(VIP));
        assertThat(lab.whoAnswers()).containsExactly(MAC4);
        assertThat(setting("arp_ignore")).isEqualTo("1");
        assertThat(sources(capture.stop(), 0x0800, 26, 0x0a090001)).containsOnly(VrrpLab.MAC_A);
        a.kill();
        assertThat(lab.cleanup(lab.a)).contains("removed interface vrrp.51");
        assertThat(setting("arp_ignore")).isEqualTo("0");
        assertThat(lab.a.run(PATIENCE, "ip", "-o", "link").orThrow().output())
                .doesNotContain("vrrp");
    }

    @Test
    void aNameThatIsTakenRefusesTheReloadAndAnInterfaceThatIsMadeAgainHasItsFilter() {
        ip("link", "add", "taken", "type", "veth", "peer", "name", "taken1");
        parent();
        LabProcess a = lab.lb(lab.a, director("") + late("use_vmac"));
        a.awaitOutput(MASTER, PATIENCE);
        a.awaitOutput("(LATE) BACKUP -> MASTER", PATIENCE);
        await("the VIP is there", () -> link(lab.a, "vrrp.51").contains(VIP));
        await("the other VIP is there", () -> link(lab.a, "vrrp.53").contains("10.9.3.100"));

        lab.write(
                "a.lb.conf",
                director("").replaceFirst("use_vmac", "use_vmac taken") + late("use_vmac free"));
        a.signal("HUP");
        a.awaitOutput("reload failed: use_vmac: the interface taken cannot be made", PATIENCE);
        assertThat(lab.ask(lab.a, "vrrp").output()).doesNotContain("BACKUP", "FAULT");
        assertThat(link(lab.a, "vrrp.51")).contains(VIP);
        assertThat(link(lab.a, "free")).isEmpty();
        assertThat(a.output()).doesNotContain("MASTER -> ", "starts anew");

        ip("link", "del", "late0");
        a.awaitOutput("there is no steering filter on vrrp.53, trying again", PATIENCE);
        lab.a.run(PATIENCE, "tc", "filter", "del", "dev", "vrrp.51", "ingress").orThrow();
        await("the other filter is there again", () -> filter("vrrp.51"));
        parent();
        await("the VIP is there again", () -> link(lab.a, "vrrp.53").contains("10.9.3.100"));
        assertThat(filter("vrrp.53")).isTrue();
        assertThat(a.output()).doesNotContain("housekeeping failed");
    }

    private static String late(String vmac) {
        return """
        vrrp_instance LATE {
            interface late0
            virtual_router_id 53
            state BACKUP
            version 3
            priority 150
            advert_int 0.4
            %s
            virtual_ipaddress {
                10.9.3.100/24
            }
        }
        """
                .formatted(vmac);
    }

    private void parent() {
        ip("link", "add", "late0", "type", "veth", "peer", "name", "late1");
        ip("link", "set", "late1", "up");
        ip("address", "add", "10.9.3.7/24", "dev", "late0");
        ip("link", "set", "late0", "up");
    }

    private void ip(String... words) {
        lab.a
                .run(
                        PATIENCE,
                        java.util.stream.Stream.concat(
                                        java.util.stream.Stream.of("ip"),
                                        java.util.Arrays.stream(words))
                                .toArray(String[]::new))
                .orThrow();
    }

    private boolean filter(String name) {
        return lab.a
                .run(PATIENCE, "tc", "filter", "show", "dev", name, "ingress")
                .output()
                .contains("lb");
    }

    private static List<Long> sources(List<CapturedFrame> frames, int type, int offset, int word) {
        return frames.stream()
                .filter(frame -> frame.type() == type && frame.i32(offset) == word)
                .map(CapturedFrame::source)
                .toList();
    }

    private String setting(String name) {
        return lab.a
                .run(PATIENCE, "cat", "/proc/sys/net/ipv4/conf/eth0/" + name)
                .orThrow()
                .output()
                .strip();
    }

    private static String link(Host host, String name) {
        return host.run(PATIENCE, "ip", "-o", "address", "show", "dev", name).output();
    }

    /** What the client knows of an address once it has sent something there. */
    private String solicited(String address) {
        lab.client.run(PATIENCE, "bash", "-c", "echo x > /dev/udp/" + address + "/9; sleep 0.3");
        return lab.client.run(PATIENCE, "ip", "neigh", "show", address).orThrow().output();
    }

    private String curl(int times) {
        return lab.client
                .run(
                        PATIENCE,
                        "bash",
                        "-c",
                        "for i in $(seq " + times + "); do curl -sS -m 5 http://" + VIP + "/; done")
                .orThrow()
                .output();
    }

    private static HttpServer http(Host host) throws Exception {
        return NetworkNamespace.in(
                host.namespaceFile().toString(),
                () -> {
                    HttpServer server = HttpServer.create(new InetSocketAddress("::", 80), 100);
                    server.createContext(
                            "/",
                            exchange -> {
                                byte[] page = "page\n".getBytes(StandardCharsets.UTF_8);
                                exchange.sendResponseHeaders(200, page.length);
                                exchange.getResponseBody().write(page);
                                exchange.close();
                            });
                    server.start();
                    return server;
                });
    }
}
