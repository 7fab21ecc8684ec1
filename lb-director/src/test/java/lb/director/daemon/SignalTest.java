package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM, SIGINT and SIGHUP. */
@Timeout(120)
class SignalTest {
    private static final String VIP = DirectorNetwork.VIP;
    private static final String VIP_2 = DirectorNetwork.VIP_2;
    private static final int PORT = DirectorNetwork.PORT;

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

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aStoppedDirectorLeavesNothing(String signal) throws Exception {
        String before = network.kernelState();
        try (RunningDirector director = network.start(DirectorNetwork.configuration("rr"))) {
            network.upload(1000);
            assertThat(network.kernelState()).contains(VIP, "clsact", "lb_steering", "managed");
            assertThat(director.control()).exists();

            assertThat(director.end(signal)).isZero();

            assertThat(director.log()).contains("stopping: SIG" + signal);
            assertThat(network.kernelState()).isEqualTo(before);
            assertThat(director.control()).doesNotExist();
        }
    }

    @Test
    void aVipOfTheOperatorsStaysAfterTheEnd() throws Exception {
        network.director().address("eth0", VIP + "/16");
        String before = network.kernelState();
        try (RunningDirector director = network.start(DirectorNetwork.configuration("rr"))) {
            assertThat(network.upload(1000)).isBetween(1, 2);
            assertThat(director.log()).contains("VIP " + VIP + " is an address of eth0 already");
            assertThat(director.end("TERM")).isZero();
            assertThat(network.kernelState()).contains(VIP + "/16").isEqualTo(before);
        } finally {
            DirectorNetwork.shell(network.director(), "ip address del " + VIP + "/16 dev eth0");
        }
    }

    @Test
    void aReloadTakesUpWhatChangedAndKeepsConnections() throws Exception {
        String one = DirectorNetwork.configuration("wrr", DirectorNetwork.REAL_1);
        String two =
                DirectorNetwork.configuration(
                                "wrr", DirectorNetwork.REAL_1, DirectorNetwork.REAL_2 + " 3")
                        + DirectorNetwork.service(VIP_2, PORT, "rr", "TCP", DirectorNetwork.REAL_2);
        try (RunningDirector director = network.start(one);
                Upload established = Upload.connect(network.client(), VIP, PORT)) {
            assertThat(established.send(100_000)).isEqualTo(1);

            director.reload(two, "reloaded ");

            assertThat(serversOfUploads(VIP, 8))
                    .as("weights 1 and 3")
                    .satisfies(all -> assertThat(Collections.frequency(all, 1)).isEqualTo(2))
                    .satisfies(all -> assertThat(Collections.frequency(all, 2)).isEqualTo(6));
            assertThat(serversOfUploads(VIP_2, 3)).containsOnly(2);
            assertThat(network.kernelState()).contains(VIP + "/32", VIP_2 + "/32");
            assertThat(established.send(1_000_000)).as("an established connection").isEqualTo(1);
            JsonNode services = director.ask("services").path("services");
            assertThat(services.get(0).path("realServers").get(1).path("weight").asInt())
                    .isEqualTo(3);

            director.reload("virtual_server nonsense {\n", "nothing was changed");

            assertThat(director.log()).containsPattern("director\\.conf:1.*nonsense");
            assertThat(director.ask("services").path("services")).isEqualTo(services);
            assertThat(established.send(1_000_000)).isEqualTo(1);

            director.reload(one, "reloaded " + network.directory() + "/director.conf: 1 ");

            assertThat(network.kernelState()).contains(VIP + "/32").doesNotContain(VIP_2);
            assertThat(serversOfUploads(VIP, 3)).containsOnly(1);
            assertThat(established.send(1_000_000)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aDirectorThatInheritedIgnoredSignalsHearsThem(String signal) throws Exception {
        String text = DirectorNetwork.configuration("rr");
        try (RunningDirector director =
                RunningDirector.startWithSignalsIgnored(
                        network.director(), network.directory(), text)) {
            director.reload(text, "reloaded ");
            assertThat(director.end(signal)).isZero();
            assertThat(director.log()).contains("stopping: SIG" + signal);
        }
    }

    private static List<Integer> serversOfUploads(String vip, int count) throws Exception {
        List<Integer> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(Upload.once(network.client(), vip, PORT, 1000));
        }
        return servers;
    }
}
