package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.service.NextHop;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.wire.IpAddress;

/**
 * One recorded scenario of frames: its service as ipvsadm's words, its frames, and what came out of
 * each.
 */
final class IpvsFrames {
    private static final long CLIENTS_SIDE = 0x0200000000d0L;
    private static final long REAL_SERVERS_SIDE = 0x0200000000d1L;
    private static final int INTERFACE = 2;
    private static final int ETHERNET = 14;
    private static final Map<String, Protocol> PROTOCOLS =
            Map.of("-t", Protocol.TCP, "-u", Protocol.UDP, "--sctp-service", Protocol.SCTP);

    private final JsonNode scenario;
    private final RecordingSink out = new RecordingSink();
    private final RecordingSink back = new RecordingSink();
    private final FrameBuilder frame = new FrameBuilder();
    private final Director director;
    private int mtu = 1500;
    private long nowNanos = 1_000_000_000L;

    IpvsFrames(JsonNode scenario) {
        this.scenario = scenario;
        ConnectionTable connections = new ConnectionTable(1000, Timeouts.DEFAULT, Runnable::run);
        director = new Director(0, 1, connections, DirectorSettings.KERNEL);
        director.waysOut().put(INTERFACE, out);
        ServiceTable table =
                ServiceTable.empty(1).replacedBy(List.of(service()), TestDirector.REGISTRY);
        for (RealServer server : table.services().iterator().next().realServers()) {
            server.moveTo(new NextHop(INTERFACE, macOf(server.address()), REAL_SERVERS_SIDE, mtu));
        }
        director.onReplaceServices(table);
    }

    private static long macOf(IpAddress address) {
        return address.isIpv4()
                ? 0x020000000000L | (address.ipv4() & 0xffffff)
                : 0x020000000600L | (address.low() & 0xff);
    }

    private ServiceDefinition service() {
        ServiceDefinition[] service = new ServiceDefinition[1];
        List<RealServerDefinition> servers = new ArrayList<>();
        for (JsonNode command : scenario.get("setup")) {
            List<String> words = Arrays.asList(command.asText().trim().split(" +"));
            if (words.contains("mtu")) {
                mtu = Integer.parseInt(words.getLast());
            } else if (words.contains("-A")) {
                service[0] = define(words);
            } else if (words.contains("-a")) {
                servers.add(realServer(words));
            } else {
                throw new AssertionError("a command that this player does not know: " + words);
            }
        }
        ServiceDefinition bare = service[0];
        return new ServiceDefinition(
                bare.key(),
                bare.scheduler(),
                bare.flags(),
                bare.persistence(),
                bare.onePacket(),
                servers);
    }

    private static ServiceDefinition define(List<String> words) {
        Set<String> flags = new HashSet<>();
        if (words.contains("-b")) {
            flags.addAll(List.of(after("-b", words).split(",")));
        }
        Persistence persistence =
                words.contains("-p")
                        ? new Persistence(Integer.parseInt(after("-p", words)), 128)
                        : Persistence.NONE;
        return new ServiceDefinition(
                key(words),
                after("-s", words),
                flags,
                persistence,
                words.contains("-o"),
                List.of());
    }

    private static ServiceKey key(List<String> words) {
        for (var option : PROTOCOLS.entrySet()) {
            if (words.contains(option.getKey())) {
                String endpoint = after(option.getKey(), words);
                return new ServiceKey(address(endpoint), port(endpoint), option.getValue());
            }
        }
        throw new AssertionError("no service in " + words);
    }

    private static RealServerDefinition realServer(List<String> words) {
        String endpoint = after("-r", words);
        int weight = words.contains("-w") ? Integer.parseInt(after("-w", words)) : 1;
        return new RealServerDefinition(address(endpoint), port(endpoint), weight);
    }

    private static String after(String option, List<String> words) {
        return words.get(words.indexOf(option) + 1);
    }

    private static IpAddress address(String endpoint) {
        String address = endpoint.substring(0, endpoint.lastIndexOf(':'));
        return IpAddress.parse(address.replace("[", "").replace("]", ""));
    }

    private static int port(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    void play() {
        WholeDatagrams ours = new WholeDatagrams();
        WholeDatagrams theirs = new WholeDatagrams();
        for (int i = 0; i < scenario.get("frames").size(); i++) {
            byte[] bytes = HexFormat.of().parseHex(scenario.get("frames").get(i).asText());
            out.frames.clear();
            back.frames.clear();
            nowNanos += 1_000_000;
            frame.raw(bytes, bytes.length);
            director.onFrames(frame.batch(), new Ingress(CLIENTS_SIDE, back), nowNanos);
            JsonNode recorded = scenario.get("results").get(i);
            if (WholeDatagrams.isFragment(bytes)) {
                out.frames.forEach(ours::add);
                forwarded(recorded).map(HexFormat.of()::parseHex).forEach(theirs::add);
            } else {
                compare(recorded, "frame " + i + " " + scenario.get("in_words").get(i));
            }
        }
        assertThat(ours.whole())
                .as("datagrams that came in fragments")
                .containsExactlyInAnyOrderElementsOf(theirs.whole());
        assertThat(director.verdicts().total()).isEqualTo(scenario.get("frames").size());
    }

    private static Stream<String> forwarded(JsonNode recorded) {
        return recorded.valueStream()
                .filter(one -> one.get(0).asText().equals("real"))
                .map(one -> one.get(1).asText());
    }

    private void compare(JsonNode recorded, String name) {
        List<byte[]> errors = new ArrayList<>();
        for (JsonNode one : recorded) {
            byte[] bytes = HexFormat.of().parseHex(one.get(1).asText());
            if (!one.get(0).asText().equals("real") && isIcmpError(bytes)) {
                errors.add(bytes);
            }
        }
        assertThat(out.frames.stream().map(HexFormat.of()::formatHex).toList())
                .as(name)
                .isEqualTo(forwarded(recorded).toList());
        assertThat(back.frames).as(name + ": told to the client").hasSameSizeAs(errors);
        for (int i = 0; i < errors.size(); i++) {
            assertThat(what(back.frames.get(i))).as(name).isEqualTo(what(errors.get(i)));
        }
    }

    /**
     * What the host's own stack answers (a reset, an echo reply) is not the director's business.
     */
    private static boolean isIcmpError(byte[] bytes) {
        boolean ipv4 = bytes[ETHERNET] >>> 4 == 4;
        int icmp = icmpOffset(bytes);
        return ipv4
                ? bytes[ETHERNET + 9] == 1 && (bytes[icmp] == 3 || bytes[icmp] == 11)
                : bytes[ETHERNET + 6] == 58 && bytes[icmp] > 0 && bytes[icmp] < 4;
    }

    private static int icmpOffset(byte[] bytes) {
        return bytes[ETHERNET] >>> 4 == 4 ? ETHERNET + (bytes[ETHERNET] & 0x0f) * 4 : ETHERNET + 40;
    }

    /**
     * MAC addresses, IP addresses, type, code, MTU, and the quoted IP header with eight bytes
     * behind it.
     */
    private static String what(byte[] bytes) {
        boolean ipv4 = bytes[ETHERNET] >>> 4 == 4;
        int icmp = icmpOffset(bytes);
        int addresses = ipv4 ? ETHERNET + 12 : ETHERNET + 8;
        int quoted = icmp + 8;
        return hex(bytes, 0, ETHERNET)
                + " "
                + hex(bytes, addresses, addresses + (ipv4 ? 8 : 32))
                + " "
                + hex(bytes, icmp, icmp + 2)
                + " "
                + hex(bytes, icmp + 4, icmp + 8)
                + " "
                + hex(bytes, quoted, quoted + (ipv4 ? 28 : 48));
    }

    private static String hex(byte[] bytes, int from, int to) {
        return HexFormat.of().formatHex(bytes, from, to);
    }
}
