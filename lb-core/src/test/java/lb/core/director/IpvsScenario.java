package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lb.core.connection.Connection;
import lb.core.forward.DirectRouting;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import org.jspecify.annotations.Nullable;

/** One recorded scenario: its service, its steps, and what came of each. */
final class IpvsScenario {
    private static final IpAddress VIP = IpAddress.parse("10.0.205.100");
    private static final int PORT = 80;
    private static final int MILLIS_PER_STEP = 5;

    private final JsonNode scenario;
    private final ServiceKey key;
    private final Map<IpAddress, RealServerDefinition> servers = new LinkedHashMap<>();
    private final TestDirector director;
    private final FrameBuilder frame = new FrameBuilder();
    private String scheduler;

    IpvsScenario(JsonNode scenario) {
        this.scenario = scenario;
        boolean udp = scenario.path("protocol").asText("tcp").equals("udp");
        key = new ServiceKey(VIP, PORT, udp ? Protocol.UDP : Protocol.TCP);
        scheduler = scenario.get("scheduler").asText();
        director = new TestDirector(settings());
        for (JsonNode real : scenario.get("reals")) {
            put(
                    real.get(0).asText(),
                    real.get(1).asInt(),
                    real.path(2).asInt(),
                    real.path(3).asInt());
        }
    }

    private DirectorSettings settings() {
        JsonNode sysctl = scenario.path("sysctl");
        return new DirectorSettings(
                new DirectRouting(false, false),
                sysctl.path("expire_nodest_conn").asInt(0) != 0,
                sysctl.path("expire_quiescent_template").asInt(0) != 0,
                sysctl.path("sloppy_tcp").asInt(0) != 0 ? SloppyTcp.ON : SloppyTcp.OFF,
                sysctl.path("conn_reuse_mode").asInt(1));
    }

    private void put(String address, int weight, int upper, int lower) {
        IpAddress parsed = IpAddress.parse(address);
        servers.put(parsed, new RealServerDefinition(parsed, PORT, weight, upper, lower));
    }

    void play() {
        apply();
        for (int i = 0; i < scenario.get("steps").size(); i++) {
            director.advanceMillis(MILLIS_PER_STEP);
            JsonNode step = scenario.get("steps").get(i);
            play(step, scenario.get("results").get(i), "step " + i + " " + step);
        }
    }

    private void play(JsonNode step, JsonNode expected, String name) {
        switch (step.get(0).asText()) {
            case "pkt" -> {
                IpAddress went = send(step);
                assertThat(went == null ? null : went.toString())
                        .as(name)
                        .isEqualTo(expected.isNull() ? null : expected.asText());
            }
            case "weight", "add" -> {
                put(step.get(1).asText(), step.get(2).asInt(), 0, 0);
                apply();
            }
            case "del" -> {
                servers.remove(IpAddress.parse(step.get(1).asText()));
                apply();
            }
            case "sched" -> {
                scheduler = step.get(1).asText();
                apply();
            }
            case "conns" -> compareConnections(expected, name);
            case "svc" -> assertThat(serviceRows()).as(name).isEqualTo(rows(expected));
            default -> throw new AssertionError("a step that this player does not know: " + step);
        }
    }

    private void apply() {
        Set<String> flags = new HashSet<>();
        scenario.path("flags").forEach(flag -> flags.add(flag.asText()));
        flags.removeIf(flag -> !TestDirector.REGISTRY.find(scheduler).flags().contains(flag));
        director.replace(
                List.of(
                        new ServiceDefinition(
                                key,
                                scheduler,
                                flags,
                                persistence(),
                                scenario.path("ops").asBoolean(),
                                List.copyOf(servers.values()))));
    }

    private Persistence persistence() {
        int seconds = scenario.path("persistence").asInt(0);
        String mask = scenario.path("granularity").asText("255.255.255.255");
        return new Persistence(seconds, Integer.bitCount(IpAddress.parse(mask).ipv4()));
    }

    private @Nullable IpAddress send(JsonNode step) {
        IpAddress client = IpAddress.parse(step.get(1).asText());
        int port = step.get(2).asInt();
        if (key.protocol() == Protocol.UDP) {
            director.receive(frame.udp(client, port, VIP, PORT, 1));
        } else {
            director.receive(frame.tcp(client, port, VIP, PORT, flags(step.get(3).asText())));
        }
        return director.lastServer();
    }

    private static int flags(String letters) {
        int flags = 0;
        for (char letter : letters.toCharArray()) {
            flags |=
                    switch (letter) {
                        case 'S' -> Tcp.SYN;
                        case 'A' -> Tcp.ACK;
                        case 'P' -> Tcp.PSH;
                        case 'F' -> Tcp.FIN;
                        case 'R' -> Tcp.RST;
                        default ->
                                throw new AssertionError(
                                        "a flag that this player does not know: " + letter);
                    };
        }
        return flags;
    }

    private List<List<String>> serviceRows() {
        VirtualService service = director.table().get(key);
        return service.realServers().stream()
                .sorted(Comparator.comparingLong((RealServer server) -> server.address().low()))
                .map(server ->
                        List.of(
                                server.address().toString(),
                                String.valueOf(server.weight()),
                                String.valueOf(server.activeConnections()),
                                String.valueOf(server.inactiveConnections())))
                .toList();
    }

    private static List<List<String>> rows(JsonNode expected) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode row : expected) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(cell.asText()));
            rows.add(cells);
        }
        return rows;
    }

    /**
     * Rows with no second left are the kernel's connections on their way out: replaced, not yet
     * collected.
     */
    private void compareConnections(JsonNode expected, String name) {
        Map<String, Long> wanted = new LinkedHashMap<>();
        for (JsonNode row : expected) {
            if (row.get(5).asLong() > 0) {
                wanted.put(
                        row.get(0).asText()
                                + " "
                                + row.get(1).asText()
                                + ":"
                                + row.get(2).asText()
                                + " "
                                + row.get(3).asText()
                                + " "
                                + row.get(4).asText(),
                        row.get(5).asLong());
            }
        }
        Map<String, Long> seen = new LinkedHashMap<>();
        director.connections.cleanUp();
        director.connections.forEach((connection, left) ->
                seen.put(describe(connection), TimeUnit.NANOSECONDS.toSeconds(left)));
        assertThat(seen.keySet()).as(name).containsExactlyInAnyOrderElementsOf(wanted.keySet());
        wanted.forEach((row, seconds) ->
                assertThat(seen.get(row)).as(name + " " + row).isCloseTo(seconds, within(2L)));
    }

    private String describe(Connection connection) {
        return key.protocol()
                + " "
                + new IpAddress(connection.clientHigh(), connection.clientLow())
                + ":"
                + connection.clientPort()
                + " "
                + connection.server().address()
                + " "
                + connection.state();
    }
}
