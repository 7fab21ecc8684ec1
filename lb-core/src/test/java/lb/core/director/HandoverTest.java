package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A swap of the scheduler while handshakes are on their way. */
class HandoverTest {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final ServiceKey WEB = TestDirector.tcp("10.0.205.100", 80);
    private static final int CLIENTS = 300;

    private final FrameBuilder frame = new FrameBuilder();
    private final TestDirector director = new TestDirector(DirectorSettings.DEFAULT);

    private Verdict send(int client, int flags) {
        IpAddress from = IpAddress.ofIpv4(0x0a010000 + client);
        return director.receive(frame.tcp(from, 40_000, VIP, 80, flags));
    }

    private Map<Integer, IpAddress> open(int first) {
        Map<Integer, IpAddress> servers = new HashMap<>();
        for (int client = first; client < first + CLIENTS; client++) {
            assertThat(send(client, Tcp.SYN)).isEqualTo(Verdict.FORWARDED);
            servers.put(client, director.lastServer());
        }
        return servers;
    }

    private void followIn(Map<Integer, IpAddress> servers) {
        servers.forEach((client, server) -> {
            assertThat(send(client, Tcp.ACK)).isEqualTo(Verdict.FORWARDED);
            assertThat(director.lastServer()).as("client %d", client).isEqualTo(server);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrr", "wlc", "ketama", "rendezvous", "mh-bounded", "sh"})
    void aHandshakeEndsAtTheServerWhereItBegan(String next) {
        director.serve(WEB, "mh", Set.of(), 1, 1, 1);
        Map<Integer, IpAddress> before = open(0);
        director.serve(WEB, next, Set.of(), 1, 1, 1);
        Map<Integer, IpAddress> after = open(1_000);
        assertThat(director.liveConnections())
                .as("SYNs after the swap make entries")
                .hasSize(CLIENTS);
        followIn(after);
        director.serve(WEB, next, Set.of(), 1, 2, 1);
        followIn(before);
        followIn(after);
    }

    @Test
    void afterAMinuteTheNewSchedulerIsAlone() {
        director.serve(WEB, "mh", Set.of(), 1, 1, 1);
        director.serve(WEB, "ketama", Set.of(), 1, 1, 1);
        long start = System.nanoTime();
        director.table().advance(start);
        assertThat(director.table().get(WEB).isHandingOver()).isTrue();
        director.table().advance(start + TimeUnit.SECONDS.toNanos(61));
        assertThat(director.table().get(WEB).isHandingOver()).isFalse();
        Map<Integer, IpAddress> computed = open(0);
        assertThat(director.liveConnections()).as("hash first again").isEmpty();
        followIn(computed);
    }

    @Test
    void aFormerSchedulerWithEntriesForAllIsNotAskedAgain() {
        director.serve(WEB, "rr", Set.of(), 1, 1, 1);
        Map<Integer, IpAddress> before = open(0);
        director.serve(WEB, "mh", Set.of(), 1, 1, 1);
        assertThat(director.table().get(WEB).isHandingOver()).isFalse();
        followIn(before);
    }
}
