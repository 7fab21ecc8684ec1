package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.director.DecisionListener.Origin;
import lb.core.service.NextHop;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Persistence against a plain model of the kernel's rules, over random events: clients connect,
 * connections go on and end, time passes, real servers are drained, removed and added.
 *
 * <p>A connection is let go up to {@link #SLACK_NANOS} after its time; whether its template lives
 * may be answered either way for so long, and the model then believes the director.
 */
class PersistenceModelTest {
    private static final int EVENTS = 30_000;
    private static final long TEMPLATE_NANOS = TimeUnit.SECONDS.toNanos(50);
    private static final long DATAGRAMS_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long EXTENSION_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(3);

    private record Flow(IpAddress client, int port) {}

    private static final class Template {
        final IpAddress server;
        long deadlineNanos;
        final List<Known> dependents = new ArrayList<>();

        Template(IpAddress server) {
            this.server = server;
        }
    }

    private static final class Known {
        final IpAddress server;
        long endNanos;

        Known(IpAddress server) {
            this.server = server;
        }
    }

    private final FrameBuilder frame = new FrameBuilder();
    private final RecordingSink out = new RecordingSink();
    private final Ingress ingress = new Ingress(FrameBuilder.DIRECTOR_MAC, new RecordingSink());
    private final Map<IpAddress, Template> templates = new HashMap<>();
    private final Map<Flow, Known> flows = new HashMap<>();
    private final Map<IpAddress, Integer> weights = new HashMap<>();
    private final List<Director> directors = new ArrayList<>();
    private ConnectionTable table = new ConnectionTable(1_000_000, Timeouts.DEFAULT, Runnable::run);
    private ServiceTable services = ServiceTable.empty(1);
    private long nowNanos = TimeUnit.HOURS.toNanos(1);
    private Origin origin = Origin.NONE;
    private final @Nullable Flow[] open = new Flow[40];
    private long seed;
    private int doubtful;
    private int answered;
    private int byTemplate;
    private int extended;

    private void start(int workers, boolean ipv4) {
        table = new ConnectionTable(1_000_000, new Timeouts(0, 0, 30), Runnable::run);
        table.advance(nowNanos);
        services = ServiceTable.empty(workers);
        for (int i = 0; i < workers; i++) {
            Director director = new Director(i, workers, table, DirectorSettings.DEFAULT);
            director.waysOut().put(TestDirector.INTERFACE, out);
            director.explainTo((verdict, service, from, server) -> origin = from);
            directors.add(director);
        }
        for (int i = 1; i <= 4; i++) {
            weights.put(server(ipv4, i), 1);
        }
    }

    private static IpAddress server(boolean ipv4, int number) {
        return IpAddress.parse((ipv4 ? "10.0.206." : "fd00:206::") + number);
    }

    private static IpAddress vip(boolean ipv4) {
        return IpAddress.parse(ipv4 ? "10.0.205.100" : "fd00:205::100");
    }

    private void serve(boolean ipv4, int prefix) {
        List<RealServerDefinition> servers = new ArrayList<>();
        weights.forEach(
                (address, weight) -> servers.add(new RealServerDefinition(address, 53, weight)));
        ServiceKey key = new ServiceKey(vip(ipv4), 53, Protocol.UDP);
        Persistence persistence =
                new Persistence((int) TimeUnit.NANOSECONDS.toSeconds(TEMPLATE_NANOS), prefix);
        services =
                services.replacedBy(
                        List.of(
                                new ServiceDefinition(
                                        key, "rr", Set.of(), persistence, false, servers)),
                        TestDirector.REGISTRY);
        for (RealServer server : services.services().iterator().next().realServers()) {
            server.moveTo(
                    new NextHop(
                            TestDirector.INTERFACE,
                            0x0206L << 8 | server.address().low() & 0xff,
                            TestDirector.OUT_MAC,
                            1500));
        }
        directors.forEach(director -> director.onReplaceServices(services));
        this.persistence = persistence;
        persistsIpv4 = ipv4;
    }

    private Persistence persistence = Persistence.NONE;
    private boolean persistsIpv4;

    private void pass(long nanos) {
        // In steps, as the housekeeper does.
        for (long left = nanos; left > 0; left -= TimeUnit.SECONDS.toNanos(1)) {
            nowNanos += Math.min(left, TimeUnit.SECONDS.toNanos(1));
            table.advance(nowNanos);
            table.cleanUp();
        }
    }

    private boolean isUsable(IpAddress server) {
        return weights.getOrDefault(server, 0) > 0;
    }

    /** When the template's time is up, as its dependents have it. */
    private @Nullable Boolean isAlive(Template template) {
        long busyUntil = Long.MIN_VALUE;
        for (Known dependent : template.dependents) {
            busyUntil = Math.max(busyUntil, dependent.endNanos);
        }
        boolean was = false;
        while (template.deadlineNanos <= nowNanos && busyUntil > template.deadlineNanos) {
            template.deadlineNanos += EXTENSION_NANOS;
            was = true;
        }
        extended += was && nowNanos < template.deadlineNanos ? 1 : 0;
        long nearest = Math.abs(busyUntil - template.deadlineNanos);
        boolean alive = nowNanos < template.deadlineNanos;
        boolean near = !alive && nearest < SLACK_NANOS && busyUntil < nowNanos + SLACK_NANOS;
        boolean justEnded = !alive && busyUntil <= nowNanos && nowNanos - busyUntil < SLACK_NANOS;
        return near || justEnded ? null : (Boolean) alive;
    }

    private void send(Flow flow, boolean ipv4, int event) {
        String place = "seed " + seed + ", event " + event;
        Known known = flows.get(flow);
        if (known != null && Math.abs(nowNanos - known.endNanos) < SLACK_NANOS) {
            return;
        }
        if (known != null && (nowNanos > known.endNanos || !weights.containsKey(known.server))) {
            // Ended, or lost its real server: then it ends now.
            known.endNanos = Math.min(known.endNanos, nowNanos);
            known = null;
        }
        out.frames.clear();
        origin = Origin.NONE;
        // As the kernel's fanout does: a flow's frames come to one worker, a client's to all.
        Director director = directors.get(flow.port() % directors.size());
        director.onFrames(
                frame.udp(flow.client(), flow.port(), vip(ipv4), 53, 8).batch(), ingress, nowNanos);
        if (known != null) {
            assertThat(origin).as(place).isEqualTo(Origin.CONNECTION);
            known.endNanos = nowNanos + DATAGRAMS_NANOS;
            return;
        }
        IpAddress network =
                new IpAddress(
                        persistence.networkHigh(flow.client().high(), flow.client().low()),
                        persistence.networkLow(flow.client().high(), flow.client().low()));
        connect(flow, network, place);
    }

    private void connect(Flow flow, IpAddress network, String place) {
        Template template = templates.get(network);
        Boolean alive = template == null ? Boolean.FALSE : isAlive(template);
        if (template != null && !isUsable(template.server)) {
            // Found void it is forgotten, even if nothing can take its place now.
            templates.remove(network);
            template = null;
            alive = Boolean.FALSE;
        }
        answered++;
        if (weights.values().stream().noneMatch(weight -> weight > 0)) {
            assertThat(origin).as(place).isEqualTo(Origin.NONE);
            return;
        }
        if (alive == null) {
            doubtful++;
            alive = origin == Origin.TEMPLATE;
        }
        assertThat(origin).as(place).isEqualTo(alive ? Origin.TEMPLATE : Origin.SCHEDULED);
        IpAddress chosen = served();
        if (template == null || !alive) {
            template = new Template(chosen);
            templates.put(network, template);
        } else {
            byTemplate++;
            assertThat(chosen).as(place).isEqualTo(template.server);
        }
        assertThat(isUsable(chosen)).as(place).isTrue();
        Known made = new Known(chosen);
        made.endNanos = nowNanos + DATAGRAMS_NANOS;
        template.deadlineNanos = nowNanos + TEMPLATE_NANOS;
        template.dependents.removeIf(old -> nowNanos - old.endNanos > EXTENSION_NANOS * 3);
        template.dependents.add(made);
        flows.put(flow, made);
    }

    private IpAddress served() {
        return server(persistsIpv4, out.only()[5]);
    }

    private void changeServers(Random random, boolean ipv4, int prefix) {
        IpAddress server = server(ipv4, random.nextInt(1, 5));
        switch (random.nextInt(3)) {
            case 0 -> weights.remove(server);
            case 1 -> weights.put(server, 0);
            default -> weights.put(server, random.nextInt(1, 4));
        }
        serve(ipv4, prefix);
    }

    /** Mostly one that is open, so that some templates outlive their time. */
    private Flow flow(Random random, boolean ipv4) {
        int slot = random.nextInt(open.length);
        Flow known = open[slot];
        if (known != null && random.nextInt(100) < 97) {
            return known;
        }
        Flow fresh = new Flow(client(random, ipv4), random.nextInt(2_000, 2_010));
        open[slot] = fresh;
        return fresh;
    }

    private static IpAddress client(Random random, boolean ipv4) {
        int network = random.nextInt(40);
        int host = random.nextInt(1, 6);
        return ipv4
                ? IpAddress.ofIpv4(0x0a010000 + (network << 8) + host)
                : new IpAddress(0xfd00_0001_0000_0000L + network, host);
    }

    @ParameterizedTest(name = "IPv4 {0}, prefix {1}, {2} workers")
    @CsvSource({"true, 24, 1", "true, 32, 3", "false, 64, 3", "false, 128, 1"})
    void eachNewConnectionGoesWhereTheKernelsRulesSay(boolean ipv4, int prefix, int workers) {
        seed = 360 + prefix;
        Random random = new Random(seed);
        start(workers, ipv4);
        serve(ipv4, prefix);
        Set<IpAddress> seen = new HashSet<>();
        for (int event = 0; event < EVENTS; event++) {
            int kind = random.nextInt(100);
            if (kind < 90) {
                Flow flow = flow(random, ipv4);
                seen.add(flow.client());
                send(flow, ipv4, event);
            } else if (kind < 99) {
                long most = random.nextInt(20) == 0 ? 100_000 : 8_000;
                pass(TimeUnit.MILLISECONDS.toNanos(random.nextLong(most)));
            } else {
                changeServers(random, ipv4, prefix);
            }
        }
        assertThat(seen).as("clients").hasSizeGreaterThan(150);
        assertThat(byTemplate).as("answered by a template").isGreaterThan(200);
        assertThat(extended).as("after an extension").isGreaterThan(50);
        assertThat(doubtful).as("in doubt of %d", answered).isLessThan(answered / 20);
    }
}
