package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A client and a director, joined by a veth pair; what the client's own sockets see of the
 * director's kernel.
 */
class SteeringFilterTest {
    private static final int STEERED = 80;
    private static final int OTHER = 81;
    private static final int TIMEOUT_MILLIS = 250;

    private final InetAddress vip = address("10.66.0.100");
    private final InetAddress vip6 = address("fd66::100");
    private final SteeredService tcp = new SteeredService(vip, 6, STEERED);
    private final SteeredService udp = new SteeredService(vip, 17, STEERED);
    private final SteeredService tcp6 = new SteeredService(vip6, 6, STEERED);
    private final SteeredService udp6 = new SteeredService(vip6, 17, STEERED);
    private final Set<SteeredService> all = Set.of(tcp, udp, tcp6, udp6);

    private LabNamespace client;
    private LabNamespace director;

    @BeforeEach
    void joinThem() throws Exception {
        client = LabNamespace.create();
        director = LabNamespace.create();
        LabNamespace.join(client, "c0", director, "d0");
        client.ip("addr add 10.66.0.1/24 dev c0");
        client.ip("addr add fd66::1/64 dev c0 nodad");
        director.ip("addr add 10.66.0.2/24 dev d0");
        director.ip("addr add 10.66.0.100/32 dev d0");
        director.ip("addr add fd66::2/64 dev d0 nodad");
        director.ip("addr add fd66::100/128 dev d0 nodad");
        awaitReady();
    }

    @AfterEach
    void removeThem() throws Exception {
        if (client != null) {
            client.close();
        }
        if (director != null) {
            director.close();
        }
    }

    @Test
    void withoutAFilterTheKernelResetsAndSaysUnreachable() throws Exception {
        for (InetAddress address : new InetAddress[] {vip, vip6}) {
            assertThat(tcpAnswer(address, STEERED)).isEqualTo("refused");
            assertThat(udpAnswer(address, STEERED, 100)).isEqualTo("unreachable");
        }
    }

    @Test
    void aSteeredTcpPortDrawsNoResetWhileAnotherIsRefusedAtOnce() throws Exception {
        try (SteeringFilter filter = attach(all)) {
            for (InetAddress address : new InetAddress[] {vip, vip6}) {
                assertThat(tcpAnswer(address, STEERED)).isEqualTo("silence");
                assertThat(tcpAnswer(address, OTHER)).isEqualTo("refused");
            }
            assertThat(tcpAnswer(address("10.66.0.2"), STEERED)).isEqualTo("refused");
            assertThat(filter.name()).startsWith("lb-steering/" + ProcessHandle.current().pid());
        }
        assertThat(tcpAnswer(vip, STEERED)).isEqualTo("refused");
    }

    @Test
    void aSteeredUdpPortDrawsNoUnreachableWhileAnotherDoes() throws Exception {
        try (SteeringFilter _ = attach(all)) {
            for (InetAddress address : new InetAddress[] {vip, vip6}) {
                assertThat(udpAnswer(address, STEERED, 100)).isEqualTo("silence");
                assertThat(udpAnswer(address, OTHER, 100)).isEqualTo("unreachable");
            }
        }
    }

    @Test
    void aProtocolIsSteeredByItself() throws Exception {
        try (SteeringFilter _ = attach(Set.of(udp))) {
            assertThat(udpAnswer(vip, STEERED, 100)).isEqualTo("silence");
            assertThat(tcpAnswer(vip, STEERED)).isEqualTo("refused");
        }
    }

    @Test
    void laterFragmentsOfASteeredAddressAndProtocolNeverReachTheKernelsReassembly()
            throws Exception {
        for (InetAddress address : new InetAddress[] {vip, vip6}) {
            assertThat(udpAnswer(address, OTHER, 4000)).isEqualTo("unreachable");
        }
        try (SteeringFilter filter = attach(all)) {
            for (InetAddress address : new InetAddress[] {vip, vip6}) {
                // The first fragment goes up by its port, the later ones do not: no datagram, no
                // answer.
                assertThat(udpAnswer(address, OTHER, 4000)).isEqualTo("silence");
                assertThat(udpAnswer(address, STEERED, 4000)).isEqualTo("silence");
            }
            filter.replaceServices(Set.of(tcp, tcp6));
            for (InetAddress address : new InetAddress[] {vip, vip6}) {
                assertThat(udpAnswer(address, OTHER, 4000)).isEqualTo("unreachable");
            }
        }
    }

    @Test
    void aServiceOnEveryPortTakesThemAll() throws Exception {
        try (SteeringFilter _ =
                attach(Set.of(new SteeredService(vip, 6, SteeredService.EVERY_PORT)))) {
            assertThat(tcpAnswer(vip, STEERED)).isEqualTo("silence");
            assertThat(tcpAnswer(vip, OTHER)).isEqualTo("silence");
            assertThat(udpAnswer(vip, OTHER, 100)).isEqualTo("unreachable");
        }
    }

    @Test
    void replacedServicesAreAnsweredAgain() throws Exception {
        try (SteeringFilter filter = attach(Set.of(tcp))) {
            filter.replaceServices(Set.of(new SteeredService(vip, 6, OTHER)));
            assertThat(tcpAnswer(vip, STEERED)).isEqualTo("refused");
            assertThat(tcpAnswer(vip, OTHER)).isEqualTo("silence");
            filter.replaceServices(Set.of());
            assertThat(tcpAnswer(vip, OTHER)).isEqualTo("refused");
        }
    }

    @Test
    void aFilterThatAnOperatorRemovedIsNoticed() throws Exception {
        try (SteeringFilter filter = attach(all)) {
            assertThat(filter.isAttached()).isTrue();
            director.tc("qdisc del dev d0 clsact");
            assertThat(filter.isAttached()).isFalse();
        }
    }

    @Test
    void pingIsLetThrough() throws Exception {
        try (SteeringFilter _ =
                attach(Set.of(new SteeredService(vip, 6, 0), new SteeredService(vip, 17, 0)))) {
            assertThat(client.in(() -> vip.isReachable(20_000))).isTrue();
        }
    }

    @Test
    void closeLeavesNothingBehind() throws Exception {
        attach(all).close();
        assertThat(director.tc("qdisc show dev d0")).doesNotContain("clsact");
        assertThat(director.tc("filter show dev d0 ingress")).isBlank();
    }

    @Test
    void closeLeavesTheQdiscAndFiltersOfOthers() throws Exception {
        director.tc("qdisc add dev d0 clsact");
        director.addForeignFilter("d0", "egress");
        attach(all).close();
        assertThat(director.tc("qdisc show dev d0")).contains("clsact");
        assertThat(director.tc("filter show dev d0 egress")).contains("pref 5 bpf");
    }

    @Test
    void closeLeavesAQdiscOfOursThatAnotherFilterUsesByNow() throws Exception {
        SteeringFilter filter = attach(all);
        director.addForeignFilter("d0", "egress");
        filter.close();
        assertThat(director.tc("filter show dev d0 egress")).contains("pref 5 bpf");
        assertThat(director.tc("filter show dev d0 ingress")).isBlank();
    }

    @Test
    void theQdiscStaysWhileAnotherFilterUsesItAndGoesWithTheLast() throws Exception {
        SteeringFilter first = attach(Set.of(tcp));
        SteeringFilter second = attach(Set.of(udp));
        assertThat(tcpAnswer(vip, STEERED)).isEqualTo("silence");
        assertThat(udpAnswer(vip, STEERED, 100)).isEqualTo("silence");
        first.close();
        assertThat(tcpAnswer(vip, STEERED)).isEqualTo("refused");
        assertThat(udpAnswer(vip, STEERED, 100)).isEqualTo("silence");
        second.close();
        assertThat(director.tc("qdisc show dev d0")).doesNotContain("clsact");
    }

    @Test
    void afterACrashFramesAreStillDroppedAndTheNextAttachTakesOver() throws Exception {
        SteeringFilter crashed = attach(all);
        director.in(() -> abandoned(crashed));
        assertThat(tcpAnswer(vip, STEERED)).isEqualTo("silence");
        try (SteeringFilter next = attach(Set.of(tcp))) {
            String filters = director.tc("filter show dev d0 ingress");
            assertThat(filters).contains(next.name()).doesNotContain(crashed.name());
            assertThat(tcpAnswer(vip, STEERED)).isEqualTo("silence");
            assertThat(udpAnswer(vip, STEERED, 100)).isEqualTo("unreachable");
        }
        assertThat(director.tc("qdisc show dev d0")).doesNotContain("clsact");
    }

    @Test
    void theFilterOfAKilledProcessIsRemovedAndThatOfALivingOneIsNot() throws Exception {
        Process other = attachInAnotherProcess();
        try {
            assertThat(tcpAnswer(vip, STEERED)).isEqualTo("silence");
            assertThat(director.in(() -> SteeringFilter.removeStale())).isEmpty();
            attach(Set.of()).close();
            assertThat(tcpAnswer(vip, STEERED)).isEqualTo("silence");
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(tcpAnswer(vip, STEERED)).isEqualTo("silence");
        assertThat(director.in(() -> SteeringFilter.removeStale()))
                .singleElement()
                .satisfies(removed -> {
                    assertThat(removed.linkName()).isEqualTo("d0");
                    assertThat(removed.filterName()).startsWith("lb-steering/" + other.pid() + "-");
                });
        assertThat(tcpAnswer(vip, STEERED)).isEqualTo("refused");
        assertThat(director.tc("qdisc show dev d0")).doesNotContain("clsact");
    }

    @Test
    void staleFiltersOfOneInterfaceOnlyAreRemovedWhenItIsNamed() throws Exception {
        director.ip("link add d1 type veth peer name e1");
        SteeringFilter onD0 = attach(all);
        SteeringFilter onD1 = director.in(() -> SteeringFilter.attach("d1", all));
        abandoned(onD0);
        abandoned(onD1);
        assertThat(director.in(() -> SteeringFilter.removeStale("d1"))).hasSize(1);
        assertThat(director.tc("filter show dev d0 ingress")).contains(onD0.name());
        assertThat(director.tc("filter show dev d1 ingress")).isBlank();
    }

    @Test
    void anUnknownInterfaceIsNamed() {
        assertThatThrownBy(() -> director.in(() -> SteeringFilter.attach("nosuch0", all)))
                .isInstanceOf(KernelException.class)
                .hasMessage("RTM_GETLINK(nosuch0): No such device (errno 19)");
    }

    private SteeringFilter attach(Set<SteeredService> services) throws Exception {
        return director.in(() -> SteeringFilter.attach("d0", services));
    }

    private static boolean abandoned(SteeringFilter filter) {
        filter.abandon();
        return true;
    }

    private Process attachInAnotherProcess() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SteeringFilterProcess.class.getName(),
                                director.name(),
                                "d0",
                                vip.getHostAddress(),
                                Integer.toString(STEERED))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(process.getInputStream().read()).isEqualTo('a');
        return process;
    }

    private String tcpAnswer(InetAddress address, int port) throws Exception {
        return client.in(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
                return "connected";
            } catch (SocketTimeoutException e) {
                return "silence";
            } catch (ConnectException e) {
                return "refused";
            }
        });
    }

    private String udpAnswer(InetAddress address, int port, int length) throws Exception {
        return client.in(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                socket.connect(new InetSocketAddress(address, port));
                socket.send(new DatagramPacket(new byte[length], length));
                socket.receive(new DatagramPacket(new byte[1], 1));
                return "answered";
            } catch (SocketTimeoutException e) {
                return "silence";
            } catch (PortUnreachableException e) {
                return "unreachable";
            }
        });
    }

    /** Neighbours resolved and carriers up, so that silence means a dropped frame. */
    private void awaitReady() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (!tcpAnswer(vip, OTHER).equals("refused")
                || !tcpAnswer(vip6, OTHER).equals("refused")) {
            assertThat(System.nanoTime()).as("the veth pair came up").isLessThan(deadline);
        }
        // The kernel answers only so many datagrams a second with ICMP; these tests ask for more.
        director.in(() -> {
            write("/proc/sys/net/ipv4/icmp_ratelimit", "0");
            write("/proc/sys/net/ipv6/icmp/ratelimit", "0");
            return null;
        });
    }

    private static void write(String file, String text) throws Exception {
        Files.writeString(Path.of(file), text);
    }

    static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
