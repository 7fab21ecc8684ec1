package lb.core.director;

import static lb.core.wire.TestPacket.ethernet;
import static lb.core.wire.TestPacket.hex;
import static lb.core.wire.TestPacket.ipv4;
import static lb.core.wire.TestPacket.ipv6;
import static lb.core.wire.TestPacket.join;
import static lb.core.wire.TestPacket.tcp;
import static lb.core.wire.TestPacket.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import lb.core.channel.FrameBatch;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.VirtualService;
import lb.core.wire.GuardedMemory;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;

/**
 * Batches of many frames, which are all read before the first is decided, beside the same frames
 * one by one: nothing but the time may differ. Some have more frames than are read at once. Each
 * frame ends where its page does.
 */
class BatchTest {
    private static final long SEED = 4_096;
    private static final int FLOWS = 6_000;
    private static final int BATCHES = 3_000;
    private static final int MOST = Arrivals.CAPACITY + 36;
    private static final int BATCHES_OF_FEW = 2_000;
    private static final int[] FLAGS = {Tcp.SYN, Tcp.ACK, Tcp.FIN, Tcp.RST};
    private static final byte[] NONE = {};
    private static final byte[] OPTIONS = {1, 1, 1, 1};

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final List<GuardedMemory> pages =
            IntStream.range(0, MOST).mapToObj(i -> new GuardedMemory(1)).toList();
    private final FrameBatch batch = new FrameBatch(MOST);
    private final TestDirector together = served();
    private final TestDirector oneByOne = served();
    private long shown;
    private long nowNanos = 3_600_000_000_000L;

    private static TestDirector served() {
        TestDirector director = new TestDirector(DirectorSettings.DEFAULT);
        director.replace(
                List.of(
                        service("10.0.205.100", Protocol.TCP),
                        service("10.0.205.100", Protocol.UDP),
                        service("fd00:205::100", Protocol.TCP)));
        return director;
    }

    private static ServiceDefinition service(String vip, Protocol protocol) {
        String net = vip.contains(":") ? "fd00:206::" : "10.0.206.";
        return new ServiceDefinition(
                new ServiceKey(IpAddress.parse(vip), 80, protocol),
                "rr",
                Set.of(),
                IntStream.rangeClosed(1, 5)
                        .mapToObj(i -> new RealServerDefinition(IpAddress.parse(net + i), 80, 1))
                        .toList());
    }

    private byte[] frame(int flow) {
        int port = 1_024 + flow;
        byte[] ack = tcp(port, 80, 0x10);
        byte[] whole =
                switch (random.nextInt(9)) {
                    case 0 -> ethernet("8100 0005", 0x0800, ipv4(6, 0x4000, NONE, ack));
                    case 1 -> ethernet("", 0x0800, ipv4(6, 0, OPTIONS, ack));
                    case 2 -> ethernet("", 0x0800, ipv4(17, 0, NONE, udp(port, 80, new byte[9])));
                    case 3 -> ethernet("", 0x0800, ipv4(17, 0x2000, NONE, udp(port, 80, NONE)));
                    case 4 -> ethernet("", 0x86dd, ipv6(6, tcp(port, 80, 0x12)));
                    case 5 -> ethernet("", 0x86dd, ipv6(0, join(hex("0600 0104 0000 0000"), ack)));
                    case 6 ->
                            ethernet(
                                    "",
                                    0x0800,
                                    ipv4(1, 0, NONE, join(hex("0304 0000 0000 05dc"), ack)));
                    default -> ethernet("", 0x0800, ipv4(6, 0x4000, NONE, ack));
                };
        return random.nextInt(20) == 0 ? Arrays.copyOf(whole, random.nextInt(60)) : whole;
    }

    private void receive(byte[]... frames) {
        nowNanos += 1_000_000;
        for (byte[] frame : frames) {
            batch.clear();
            add(frame, 0);
            oneByOne.director.onFrames(batch, ingress(oneByOne), nowNanos);
        }
        batch.clear();
        for (int i = 0; i < frames.length; i++) {
            add(frames[i], i);
        }
        together.director.onFrames(batch, ingress(together), nowNanos);
    }

    private static Ingress ingress(TestDirector director) {
        return new Ingress(Ingress.ANY_MAC, director.back);
    }

    private void add(byte[] frame, int page) {
        long address = pages.get(page).lastBytes(frame.length);
        Memory.copy(frame, 0, address, frame.length);
        Memory.putI64(address - 10, 0);
        Memory.putU16(address - 2, 0);
        batch.add(address, frame.length);
    }

    private static byte[][] sent(TestDirector director) {
        byte[][] frames = director.out.frames.toArray(byte[][]::new);
        director.out.frames.clear();
        return frames;
    }

    @Test
    void aBatchIsDecidedAsItsFramesOneByOneWouldBe() {
        for (int flow = 0; flow < FLOWS; flow++) {
            receive(ethernet("", 0x0800, ipv4(6, 0x4000, NONE, tcp(1_024 + flow, 80, 0x02))));
        }
        for (int i = 0; i < BATCHES; i++) {
            byte[][] frames = new byte[2 + random.nextInt(MOST - 1)][];
            Arrays.setAll(frames, at -> frame(random.nextInt(FLOWS)));
            receive(frames);
            assertThat(sent(together))
                    .as("batch %d, seed %d", i, SEED)
                    .isDeepEqualTo(sent(oneByOne));
        }
        for (Verdict verdict : Verdict.values()) {
            assertThat(together.director.verdicts().count(verdict))
                    .as("%s, seed %d", verdict, SEED)
                    .isEqualTo(oneByOne.director.verdicts().count(verdict));
        }
        assertThat(together.director.indexedConnections())
                .isEqualTo(oneByOne.director.indexedConnections())
                .isGreaterThan(FLOWS);
    }

    /**
     * Few flows, so that those made in a batch are met again in it: they end, are opened anew, hang
     * on a template, lose their real server. After each batch the table must be as it is without
     * batches.
     */
    @Test
    void connectionsMadeAndMetAgainWithinABatchAreAsTheyWouldBeOneByOne() {
        for (int i = 0; i < BATCHES_OF_FEW; i++) {
            if (i % 10 == 0) {
                List<ServiceDefinition> services = weighted(i == 0 ? 1 : 0);
                together.replace(services);
                oneByOne.replace(services);
            }
            if (i % 50 == 49) {
                sleepSeconds(random.nextInt(400));
            }
            byte[][] frames = new byte[2 + random.nextInt(40)][];
            Arrays.setAll(frames, at -> frameOfFew());
            receive(frames);
            assertThat(sent(together))
                    .as("batch %d, seed %d", i, SEED)
                    .isDeepEqualTo(sent(oneByOne));
            assertThat(state(together)).as("batch %d, seed %d", i, SEED).isEqualTo(state(oneByOne));
        }
        assertThat(shown).as("connections were there").isPositive();
    }

    /** A persistent service, one that computes, one with neither; each real server may rest. */
    private List<ServiceDefinition> weighted(int leastWeight) {
        return List.of(
                weighted(80, "rr", Persistence.NONE, leastWeight),
                weighted(81, "rr", new Persistence(60, 32), leastWeight),
                weighted(82, "mh", Persistence.NONE, leastWeight));
    }

    private ServiceDefinition weighted(
            int port, String scheduler, Persistence persistence, int leastWeight) {
        return new ServiceDefinition(
                new ServiceKey(IpAddress.parse("10.0.205.100"), port, Protocol.TCP),
                scheduler,
                Set.of(),
                persistence,
                false,
                IntStream.rangeClosed(1, 1 + random.nextInt(4))
                        .mapToObj(i ->
                                new RealServerDefinition(
                                        IpAddress.parse("10.0.206." + i),
                                        port,
                                        random.nextInt(leastWeight, 3)))
                        .toList());
    }

    private byte[] frameOfFew() {
        int flow = random.nextInt(30);
        int flags = FLAGS[random.nextInt(FLAGS.length)];
        return ethernet("", 0x0800, ipv4(6, 0x4000, NONE, tcp(1_024 + flow, 80 + flow % 3, flags)));
    }

    private void sleepSeconds(int seconds) {
        nowNanos += seconds * 1_000_000_000L;
        for (TestDirector director : List.of(together, oneByOne)) {
            director.connections.advance(nowNanos);
            director.connections.cleanUp();
        }
    }

    /** All that the table and the counters of the real servers say. */
    private List<String> state(TestDirector of) {
        List<String> state = new ArrayList<>();
        of.connections.forEach((connection, nanos) ->
                state.add(
                        "%d -> %d %s at %s template %s dead %s for %d"
                                .formatted(
                                        connection.clientPort(),
                                        connection.servicePort(),
                                        connection.state(),
                                        connection.server().address(),
                                        connection.isTemplate(),
                                        connection.isDead(),
                                        nanos)));
        Collections.sort(state);
        shown += state.size();
        state.add("size " + of.connections.size());
        for (VirtualService service : of.table().services()) {
            for (RealServer server : service.realServers()) {
                state.add(
                        "%s %s: %d active, %d inactive, %d templates"
                                .formatted(
                                        service.key(),
                                        server.address(),
                                        server.activeConnections(),
                                        server.inactiveConnections(),
                                        server.persistenceTemplates()));
            }
        }
        return state;
    }
}
