package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.vrrp.wire.GratuitousArp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Neighbours and interfaces that come and go under a running director. */
@Timeout(120)
class LinkTest {
    private static final String VIP = DirectorNetwork.VIP;
    private static final String CONFIGURATION = DirectorNetwork.configuration("rr");

    private DirectorNetwork network;

    @BeforeEach
    void open() throws Exception {
        network = DirectorNetwork.open();
    }

    @AfterEach
    void close() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    private String onDirector(String command) {
        return DirectorNetwork.shell(network.director(), command);
    }

    @Test
    void aRealServerThatIsNotThereIsNamedCountedAndUsedAsSoonAsItComes() throws Exception {
        String config = DirectorNetwork.configuration("rr", "10.0.205.4");
        try (RunningDirector director = network.start(config)) {
            assertThat(director.log())
                    .contains("WARN", "real server 10.0.205.4 cannot be reached: no answer to ARP");
            assertThatThrownBy(() -> connect(1_500)).isInstanceOf(SocketTimeoutException.class);
            assertThat(director.verdict("NEIGHBOUR_UNRESOLVED")).isPositive();

            network.realServer(1).address("eth0", "10.0.205.4/16");
            long comesNanos = System.nanoTime();
            director.awaitLog("real server 10.0.205.4: at 08:00:27:3b:62:f5 on eth0");
            assertThat(System.nanoTime() - comesNanos).isLessThan(TimeUnit.SECONDS.toNanos(10));
            assertThat(network.upload(1000)).isEqualTo(1);
        }
    }

    @Test
    void anEntryThatTheOperatorFlushesComesBack() throws Exception {
        try (RunningDirector director = network.start(CONFIGURATION)) {
            assertThat(network.upload(1000)).isBetween(1, 2);
            for (String real : new String[] {DirectorNetwork.REAL_1, DirectorNetwork.REAL_2}) {
                onDirector("ip neighbour del " + real + " dev eth0");
            }
            // Both real servers, one after the other: a SYN that is lost meanwhile comes again.
            assertThat(network.upload(1000)).isBetween(1, 2);
            assertThat(network.upload(1000)).isBetween(1, 2);
            assertThat(director.alive()).isTrue();
        }
    }

    @Test
    void aRealServerThatChangesItsMacAddressIsFollowed() throws Exception {
        String config = DirectorNetwork.configuration("rr", DirectorNetwork.REAL_1);
        try (RunningDirector director = network.start(config)) {
            assertThat(network.upload(1000)).isEqualTo(1);
            // The second real server takes the first one's address over, and says so.
            DirectorNetwork.shell(network.realServer(1), "ip address del 10.0.205.2/16 dev eth0");
            network.realServer(2).address("eth0", "10.0.205.2/16");
            HostSockets.send(network.realServer(2), "eth0", gratuitousArp());
            director.awaitLog("real server 10.0.205.2: at 08:00:27:3b:62:f6 on eth0");
            assertThat(network.upload(1000)).isEqualTo(2);
        }
    }

    @Test
    void anInterfaceThatGoesDownAndComesBackForwardsAgain() throws Exception {
        String config =
                CONFIGURATION
                        + DirectorNetwork.service(
                                DirectorNetwork.VIP_V6, 80, "rr", "TCP", "fd00::2", "fd00::3");
        // As on any host whose IPv6 address is to survive this; the VIP is up to the director.
        for (String scope : List.of("all", "eth0")) {
            network.director().sysctl("net.ipv6.conf." + scope + ".keep_addr_on_down", "1");
        }
        try (RunningDirector director = network.start(config)) {
            assertThat(network.upload(1000)).isBetween(1, 2);

            onDirector("ip link set eth0 down");
            director.awaitLog("real server 10.0.205.2: not reachable");
            director.awaitLog("interface eth0 is down");
            assertThatThrownBy(() -> connect(1_500)).isInstanceOf(SocketTimeoutException.class);
            onDirector("ip link set eth0 up");
            director.awaitLog("interface eth0 is up again");

            assertThat(network.upload(1000)).isBetween(1, 2);
            assertThat(network.upload(1000)).isBetween(1, 2);
            assertThat(Upload.once(network.client(), DirectorNetwork.VIP_V6, 80, 1000))
                    .isBetween(1, 2);
            assertThat(network.kernelState())
                    .contains(VIP + "/32", DirectorNetwork.VIP_V6 + "/128");

            // As fast as can be, so that no poll sees it down.
            onDirector("ip link set eth0 down; ip link set eth0 up");
            for (int i = 0; i < 4; i++) {
                assertThat(network.upload(1000)).isBetween(1, 2);
            }
            assertThat(director.end("TERM")).isZero();
        }
    }

    @Test
    void aSteeringFilterThatSomebodyRemovesIsAttachedAgain() throws Exception {
        try (RunningDirector director = network.start(CONFIGURATION)) {
            onDirector("tc qdisc del dev eth0 clsact");
            director.awaitLog("it is attached again");
            assertThat(network.upload(1000)).isBetween(1, 2);
            assertThat(network.kernelState()).contains("lb-steering");
            assertThat(director.end("TERM")).isZero();
        }
        assertThat(network.kernelState()).doesNotContain("lb-steering", "clsact");
    }

    @Test
    void anotherMacAddressOfTheInterfaceEndsTheDirector() throws Exception {
        try (RunningDirector director = network.start(CONFIGURATION)) {
            onDirector("ip link set eth0 address 02:00:00:00:77:01");
            assertThat(director.awaitEnd()).isEqualTo(1);
            assertThat(director.log())
                    .contains("cannot go on: the MAC address of eth0 has changed from ")
                    .contains(" to 02:00:00:00:77:01")
                    .doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void aReloadThatTheKernelRefusesLeavesTheDirectorRunning() throws Exception {
        try (RunningDirector director = network.start(CONFIGURATION)) {
            network.director().sysctl("net.ipv6.conf.eth0.disable_ipv6", "1");
            director.reload(
                    CONFIGURATION
                            + DirectorNetwork.service(
                                    DirectorNetwork.VIP_V6, 80, "rr", "TCP", "fd00::2"),
                    "reload failed: ");
            assertThat(network.upload(1000)).isBetween(1, 2);
            director.reload(CONFIGURATION, "reloaded ");
            assertThat(network.upload(1000)).isBetween(1, 2);
            assertThat(director.log()).doesNotContain("\tat ");
        }
    }

    @Test
    void anInterfaceThatIsDeletedEndsTheDirector() throws Exception {
        try (RunningDirector director = network.start(CONFIGURATION)) {
            onDirector("ip link del eth0");
            assertThat(director.awaitEnd()).isEqualTo(1);
            assertThat(director.log())
                    .contains("cannot go on: interface eth0 has vanished")
                    .doesNotContain("Exception", "\tat ");
            assertThat(director.control()).doesNotExist();
        }
    }

    private static byte[] gratuitousArp() {
        try (Memory.Scratch scratch = Memory.scratch(GratuitousArp.LENGTH)) {
            int vip = IpAddress.parse(DirectorNetwork.REAL_1).ipv4();
            byte[] frame =
                    new byte
                            [GratuitousArp.write(
                                    scratch.address(), DirectorNetwork.REAL_2_MAC, vip)];
            Memory.copy(scratch.address(), frame, 0, frame.length);
            return frame;
        }
    }

    private void connect(int timeoutMillis) throws Exception {
        HostSockets.connect(network.client(), VIP, DirectorNetwork.PORT, timeoutMillis).close();
    }
}
