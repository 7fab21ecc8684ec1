package lb.core.director;

import static lb.core.wire.TestPacket.ethernet;
import static lb.core.wire.TestPacket.hex;
import static lb.core.wire.TestPacket.ipv4;
import static lb.core.wire.TestPacket.ipv6;
import static lb.core.wire.TestPacket.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.TestPacket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Errors of every type about packets of every protocol arrive where the flow is: while the table
 * has it, and after that where it can be computed.
 */
class QuotedProtocolsTest {
    private static final long SEED = 1191;
    private static final int FLOWS = 40;
    private static final int[] TYPES_V4 = {3, 4, 11};
    private static final int[] TYPES_V6 = {1, 2, 3, 4};

    private final TestDirector test = new TestDirector(DirectorSettings.DEFAULT);
    private final FrameBuilder frame = new FrameBuilder();
    private final Random random = new Random(SEED);

    private void serve(boolean v6, Protocol protocol, String scheduler) {
        List<RealServerDefinition> servers = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            String address = (v6 ? "fd00:206::" : "10.0.206.") + i;
            servers.add(new RealServerDefinition(IpAddress.parse(address), 80, 1));
        }
        IpAddress vip = IpAddress.parse(v6 ? "fd00:205::100" : "10.0.205.100");
        Set<String> flags = scheduler.equals("mh") ? Set.of("mh-port") : Set.of();
        test.replace(
                List.of(
                        new ServiceDefinition(
                                new ServiceKey(vip, 80, protocol),
                                scheduler,
                                flags,
                                Persistence.NONE,
                                false,
                                servers)));
    }

    private static byte[] opening(Protocol protocol, int from, int to) {
        return switch (protocol) {
            case TCP -> TestPacket.tcp(from, to, 2);
            case UDP -> TestPacket.udp(from, to, new byte[30]);
            default ->
                    join(
                            ByteBuffer.allocate(12)
                                    .putShort((short) from)
                                    .putShort((short) to)
                                    .array(),
                            hex("01000014 00000001 00010000 00010001 00000001"));
        };
    }

    private Verdict receive(boolean v6, int protocol, byte[] payload) {
        byte[] bytes =
                v6
                        ? ethernet("", 0x86dd, ipv6(protocol, payload))
                        : ethernet("", 0x0800, ipv4(protocol, 0, new byte[0], payload));
        return test.receive(frame.raw(bytes, bytes.length));
    }

    /** What a real server sent from the VIP to the client, whole or as the first of fragments. */
    private byte[] sent(boolean v6, Protocol protocol, int clientPort, boolean fragment) {
        byte[] transport = opening(protocol, 80, clientPort);
        int bytes = random.nextInt(8, transport.length + 1);
        byte[] quoted = java.util.Arrays.copyOf(transport, bytes);
        if (v6) {
            byte[] header =
                    fragment
                            ? join(new byte[] {(byte) protocol.number()}, hex("00 0001 00000007"))
                            : new byte[0];
            return ipv6(
                    "fd00:205::100",
                    "fd00::22",
                    fragment ? 44 : protocol.number(),
                    join(header, quoted));
        }
        byte[] packet = ipv4(protocol.number(), fragment ? 0x2000 : 0x4000, new byte[0], quoted);
        ByteBuffer ip = ByteBuffer.wrap(packet);
        int source = ip.getInt(12);
        // The sum stays the same when the two change places.
        return ip.putInt(12, ip.getInt(16)).putInt(16, source).array();
    }

    private static byte[] icmp(int type, int code, byte[] quoted) {
        byte[] message =
                ByteBuffer.allocate(8 + quoted.length)
                        .put((byte) type)
                        .put((byte) code)
                        .putShort((short) 0)
                        .putInt(1280)
                        .put(quoted)
                        .array();
        int sum = 0;
        for (int i = 0; i < message.length; i++) {
            sum += (message[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return ByteBuffer.wrap(message)
                .putShort(2, (short) ~((sum & 0xffff) + (sum >>> 16)))
                .array();
    }

    private void expectErrorsAt(
            boolean v6, Protocol protocol, int clientPort, IpAddress server, String how) {
        for (int type : v6 ? TYPES_V6 : TYPES_V4) {
            boolean fragment = random.nextBoolean();
            byte[] error = icmp(type, random.nextInt(5), sent(v6, protocol, clientPort, fragment));
            String place =
                    "seed %d, %s, type %d, port %d, of a fragment: %s, by %s"
                            .formatted(SEED, protocol, type, clientPort, fragment, how);
            assertThat(receive(v6, v6 ? 58 : 1, error)).as(place).isEqualTo(Verdict.FORWARDED);
            assertThat(test.lastServer()).as(place).isEqualTo(server);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false, TCP, rr", "false, UDP, rr", "false, SCTP, rr",
        "true, TCP, rr", "true, UDP, rr", "true, SCTP, rr",
        "false, TCP, mh", "false, UDP, mh", "false, SCTP, mh",
        "true, TCP, mh", "true, UDP, mh", "true, SCTP, mh"
    })
    void eachTypeArrivesWhereTheFlowIs(boolean v6, Protocol protocol, String scheduler) {
        serve(v6, protocol, scheduler);
        List<Integer> ports = random.ints(1_024, 65_536).distinct().limit(FLOWS).boxed().toList();
        List<IpAddress> servers = new ArrayList<>();
        for (int port : ports) {
            assertThat(receive(v6, protocol.number(), opening(protocol, port, 80)))
                    .isEqualTo(Verdict.FORWARDED);
            servers.add(test.lastServer());
        }
        assertThat(Set.copyOf(servers)).hasSize(5);
        for (int i = 0; i < FLOWS; i++) {
            expectErrorsAt(v6, protocol, ports.get(i), servers.get(i), "table");
        }
        test.advanceMillis(1_000_000);
        assertThat(test.liveConnections()).isEmpty();
        for (int i = 0; i < FLOWS; i++) {
            if (scheduler.equals("mh")) {
                expectErrorsAt(v6, protocol, ports.get(i), servers.get(i), "computation");
            } else {
                byte[] error = icmp(v6 ? 1 : 3, 0, sent(v6, protocol, ports.get(i), false));
                assertThat(receive(v6, v6 ? 58 : 1, error)).isEqualTo(Verdict.NO_CONNECTION);
            }
        }
    }
}
