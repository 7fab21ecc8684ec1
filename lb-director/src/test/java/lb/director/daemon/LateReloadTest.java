package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reloads that the kernel refuses when parts of them are in force already: all goes back. */
@Timeout(120)
class LateReloadTest {
    private static final String VIP = DirectorNetwork.VIP;
    private static final String VIP_2 = DirectorNetwork.VIP_2;
    private static final int PORT = DirectorNetwork.PORT;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The first VIP's service moves to the other real server, and the second VIP gets one. */
    private static final String MOVED =
            DirectorNetwork.configuration("wrr", DirectorNetwork.REAL_2 + " 7")
                    + DirectorNetwork.service(VIP_2, PORT, "rr", "TCP", DirectorNetwork.REAL_2);

    private static final String BEFORE =
            DirectorNetwork.configuration("wrr", DirectorNetwork.REAL_1 + " 3");

    private static DirectorNetwork network;

    @BeforeAll
    static void open() throws Exception {
        network = DirectorNetwork.open();
    }

    @AfterAll
    static void close() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    @Test
    void aVipThatTheKernelRefusesTakesTheOtherVipsAndTheServicesBack() throws Exception {
        try (RunningDirector director = network.start(BEFORE);
                Upload established = Upload.connect(network.client(), VIP, PORT)) {
            assertThat(established.send(100_000)).isEqualTo(1);
            network.director().sysctl("net.ipv6.conf.eth0.disable_ipv6", "1");
            String vip6 =
                    DirectorNetwork.service(DirectorNetwork.VIP_V6, PORT, "rr", "TCP", "fd00::2");

            director.reload(MOVED + vip6, "reload failed: ");

            assertAllAsBefore(director);
            assertThat(established.send(1_000_000)).as("a connection from before").isEqualTo(1);
            network.director().sysctl("net.ipv6.conf.eth0.disable_ipv6", "0");
            network.director().address("eth0", "fd00::21/64");

            director.reload(MOVED + vip6, "reloaded ");

            assertThat(Upload.once(network.client(), VIP_2, PORT, 1000)).isEqualTo(2);
            assertThat(network.upload(1000)).isEqualTo(2);
        }
    }

    @Test
    void aFirstVirtualRouterWhoseInterfaceCannotBeMadeChangesNothing() throws Exception {
        onDirector("ip link add taken type veth peer name taken1");
        try (RunningDirector director = network.start(BEFORE)) {
            director.reload(
                    MOVED + instance("eth0", "use_vmac taken"),
                    "reload failed: use_vmac: the interface taken cannot be made");

            assertAllAsBefore(director);

            director.reload(MOVED + instance("eth0", "use_vmac"), "reloaded ");

            await("the VIP is the virtual router's", () -> vipIsOn("vrrp.51"));
            assertThat(network.upload(1000)).isEqualTo(2);
        } finally {
            onDirector("ip link del taken");
        }
    }

    /** The kernel makes no macvlan on lo; that shows when the one on eth0 has made room for it. */
    @Test
    void aVirtualRouterThatCannotMoveIsThereAgainWithItsVipAndItsServices() throws Exception {
        String before = BEFORE + instance("eth0", "use_vmac");
        try (RunningDirector director = network.start(before);
                Upload established = uploadThrough(director)) {
            director.reload(
                    MOVED + instance("lo", "use_vmac"),
                    "reload failed: use_vmac: the interface vrrp.51 cannot be made");

            await("the VIP is there again", () -> vipIsOn("vrrp.51"));
            assertAllAsBefore(director);
            assertThat(established.send(1_000_000)).as("a connection from before").isEqualTo(1);
            assertThat(director.ask("vrrp").path("instances").get(0).path("state").asText())
                    .isEqualTo("MASTER");
        }
    }

    private static Upload uploadThrough(RunningDirector director) throws Exception {
        director.awaitLog("(VI) BACKUP -> MASTER");
        await("the VIP is there", () -> vipIsOn("vrrp.51"));
        Upload upload = Upload.connect(network.client(), VIP, PORT);
        assertThat(upload.send(1000)).isEqualTo(1);
        return upload;
    }

    private static String instance(String interfaceName, String vmac) {
        return """
        vrrp_instance VI {
            state BACKUP
            interface %s
            virtual_router_id 51
            version 3
            priority 150
            advert_int 0.1
            %s
            virtual_ipaddress {
                %s/32
            }
        }
        """
                .formatted(interfaceName, vmac, VIP);
    }

    private static void assertAllAsBefore(RunningDirector director) throws Exception {
        assertThat(services(director)).containsExactly(VIP + " wrr 10.0.205.2 3");
        assertThat(network.kernelState()).contains(VIP + "/32").doesNotContain(VIP_2);
        assertThat(network.upload(1000)).isEqualTo(1);
        assertThat(director.log()).doesNotContain("could not be put back", "\tat ");
    }

    private static List<String> services(RunningDirector director) throws Exception {
        List<String> texts = new ArrayList<>();
        for (JsonNode service : director.ask("services").path("services")) {
            StringBuilder text = new StringBuilder(service.path("address").asText());
            text.append(' ').append(service.path("scheduler").asText());
            for (JsonNode server : service.path("realServers")) {
                text.append(' ').append(server.path("address").asText());
                text.append(' ').append(server.path("weight").asText());
            }
            texts.add(text.toString());
        }
        return texts;
    }

    private static boolean vipIsOn(String interfaceName) {
        return onDirector("ip -br address show dev " + interfaceName).contains(VIP + "/32");
    }

    private static String onDirector(String command) {
        return DirectorNetwork.shell(network.director(), command);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - deadlineNanos).as(what).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
