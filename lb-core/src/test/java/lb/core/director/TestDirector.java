package lb.core.director;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lb.core.connection.Connection;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.service.ClassifierRule;
import lb.core.service.NextHop;
import lb.core.service.Protocol;
import lb.core.service.RateLimit;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A director of one worker whose frames go into and come out of memory, with time advanced by hand.
 */
final class TestDirector {
    static final int INTERFACE = 7;
    static final long OUT_MAC = 0x0200000000d1L;
    static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(TestDirector.class.getClassLoader());

    final RecordingSink out = new RecordingSink();
    final RecordingSink back = new RecordingSink();
    final ConnectionTable connections;
    final Director director;
    private final Ingress ingress = new Ingress(FrameBuilder.DIRECTOR_MAC, back);
    private ServiceTable table = ServiceTable.empty(1);
    private long nowNanos = TimeUnit.HOURS.toNanos(1);
    int mtu = 1500;
    Map<ServiceKey, RateLimit> limits = Map.of();
    List<ClassifierRule> rules = List.of();

    TestDirector(DirectorSettings settings) {
        this(settings, 100_000);
    }

    TestDirector(DirectorSettings settings, long maximum) {
        connections = new ConnectionTable(maximum, Timeouts.DEFAULT, Runnable::run);
        connections.advance(nowNanos);
        director = new Director(0, 1, connections, settings);
        director.waysOut().put(INTERFACE, out);
    }

    static ServiceKey tcp(String vip, int port) {
        return new ServiceKey(IpAddress.parse(vip), port, Protocol.TCP);
    }

    /** A service whose real servers are {@code 10.0.206.n} with the weights given, n from 1 on. */
    void serve(ServiceKey key, String scheduler, Set<String> flags, int... weights) {
        List<RealServerDefinition> servers = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            servers.add(
                    new RealServerDefinition(
                            IpAddress.parse("10.0.206." + (i + 1)), key.port(), weights[i]));
        }
        replace(List.of(new ServiceDefinition(key, scheduler, flags, servers)));
    }

    /** As {@link #serve}, with three real servers {@code fd00:206::n}. */
    void serve6(ServiceKey key, String scheduler) {
        List<RealServerDefinition> servers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            servers.add(new RealServerDefinition(IpAddress.parse("fd00:206::" + i), key.port(), 1));
        }
        replace(List.of(new ServiceDefinition(key, scheduler, Set.of(), servers)));
    }

    void replace(List<ServiceDefinition> definitions) {
        table = table.replacedBy(definitions, REGISTRY).limitedBy(limits).classifiedBy(rules);
        for (VirtualService service : table.services()) {
            for (RealServer server : service.realServers()) {
                server.moveTo(new NextHop(INTERFACE, macOf(server.address()), OUT_MAC, mtu));
            }
        }
        director.onReplaceServices(table);
    }

    ServiceTable table() {
        return table;
    }

    static long macOf(IpAddress address) {
        return 0x020600000000L | (address.low() & 0xffff_ffffL);
    }

    void advanceMillis(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
        connections.advance(nowNanos);
    }

    /** The verdict on one frame; what it sent is in {@link #out} and {@link #back}. */
    Verdict receive(FrameBuilder frame) {
        out.frames.clear();
        back.frames.clear();
        long[] before = counts();
        director.onFrames(frame.batch(), ingress, nowNanos);
        long[] after = counts();
        Verdict verdict = null;
        for (Verdict candidate : Verdict.values()) {
            long more = after[candidate.ordinal()] - before[candidate.ordinal()];
            if (more != 0) {
                if (more != 1 || verdict != null) {
                    throw new AssertionError("one frame, but more than one verdict");
                }
                verdict = candidate;
            }
        }
        if (verdict == null) {
            throw new AssertionError("a frame without a verdict");
        }
        return verdict;
    }

    private long[] counts() {
        long[] counts = new long[Verdict.values().length];
        for (Verdict verdict : Verdict.values()) {
            counts[verdict.ordinal()] = director.verdicts().count(verdict);
        }
        return counts;
    }

    /** Which real server the last frame went to, or null if nothing went out. */
    @Nullable IpAddress lastServer() {
        if (out.frames.isEmpty()) {
            return null;
        }
        byte[] frame = out.only();
        int address = 0;
        for (int i = 2; i < 6; i++) {
            address = address << 8 | frame[i] & 0xff;
        }
        return IpAddress.ofIpv4(address);
    }

    List<Connection> liveConnections() {
        List<Connection> live = new ArrayList<>();
        connections.cleanUp();
        connections.forEach((connection, left) -> live.add(connection));
        return live;
    }
}
