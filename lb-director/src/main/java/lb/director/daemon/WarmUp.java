package lb.director.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lb.core.channel.FrameBatch;
import lb.core.channel.TransmitRing;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.connection.Upkeep;
import lb.core.director.Director;
import lb.core.director.DirectorSettings;
import lb.core.director.Ingress;
import lb.core.director.VerdictCounters;
import lb.core.linux.RingGeometry;
import lb.core.service.NextHop;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import lb.core.wire.VnetHeader;

/**
 * Runs frames through a director of its own before the first client's comes, so that the JVM has
 * loaded and compiled the frame path by then. Runs on the thread that starts the director; sends
 * nothing.
 *
 * <p>The compiler leaves out what has never happened, and throws its work away when it happens
 * after all: then the path is slow for half a second, and the compiler busy. So what is rare has to
 * happen here too: a carry in a checksum, a connection that is due in the table, frames for others.
 * And what is called here has to be what a running director calls, of the same class.
 */
final class WarmUp {
    private static final long BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
    private static final int ROUNDS = 1_000;
    private static final int BATCH = 64;

    /** Clients of so many batches come to a director before the next one, whose table is empty. */
    private static final int COHORTS = 2;

    /** Enough for every client: one that was forgotten would be refused. */
    private static final int CONNECTIONS = 10 * COHORTS * BATCH;

    private static final int SLOT = 128;
    private static final RingGeometry WAY_OUT = new RingGeometry(1 << 18, 1, 2048);
    private static final int MIN_FRAME = 60;
    private static final int INTERFACE = 1;
    private static final int MTU = 1500;
    private static final long OWN_MAC = 0x0200_0000_0001L;
    private static final long CLIENT_MAC = 0x0200_0000_0002L;
    private static final long REAL_SERVER_MAC = 0x0200_0000_0003L;

    /** The services and clients are of the networks set aside for documentation (RFC 5737). */
    private static final IpAddress VIP = IpAddress.parse("192.0.2.1");

    private static final int FIRST_CLIENT = IpAddress.parse("198.51.100.1").ipv4();
    private static final List<RealServerDefinition> REAL_SERVERS =
            List.of(
                    new RealServerDefinition(IpAddress.parse("192.0.2.2"), 1, 1),
                    new RealServerDefinition(IpAddress.parse("192.0.2.3"), 1, 1));

    private static final List<String> SCHEDULERS = List.of("mh", "wlc");
    private static final int FIRST_PORT = 1;
    private static final int NO_SERVICE_PORT = 9;
    private static final int UDP_HEADER_LENGTH = 8;

    /** What the segments of a client say, one a round. */
    private static final int[] FLAGS = {
        Tcp.SYN, Tcp.ACK, Tcp.ACK | Tcp.PSH, Tcp.ACK, Tcp.ACK | Tcp.PSH, Tcp.ACK | Tcp.FIN
    };

    /** Before this one a client is silent, so that the table has to hear of it again. */
    private static final int AFTER_SILENCE = 3;

    /** Longer than a quarter of any timeout then, and shorter than the shortest. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(240);

    /** In this one, only the first clients of the batch say something. */
    private static final int OF_FEW = 4;

    private static final int MOST_OF_FEW = 4;

    /** One frame in so many is not for a service. */
    private static final int STRANGER_EVERY = 16;

    private final ServiceTable services;
    private final List<VerdictCounters> verdicts = new ArrayList<>();
    private final FrameBatch batch = new FrameBatch(BATCH);
    private final TransmitRing wayOut = TransmitRing.toNowhere(WAY_OUT);
    private final Ingress ingress = new Ingress(OWN_MAC, wayOut);
    private int strangers;

    private WarmUp(SchedulerRegistry registry) {
        services = services(registry);
    }

    /** Warms up for less than a second; what became of its frames, for each of its directors. */
    static List<VerdictCounters> run(SchedulerRegistry registry) {
        WarmUp warmUp = new WarmUp(registry);
        warmUp.run();
        return warmUp.verdicts;
    }

    private static ServiceTable services(SchedulerRegistry registry) {
        List<ServiceDefinition> definitions = new ArrayList<>();
        for (int i = 0; i < SCHEDULERS.size(); i++) {
            for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
                ServiceKey key = new ServiceKey(VIP, FIRST_PORT + i, protocol);
                definitions.add(
                        new ServiceDefinition(key, SCHEDULERS.get(i), Set.of(), REAL_SERVERS));
            }
        }
        ServiceTable table = ServiceTable.empty(1).replacedBy(definitions, registry);
        table.services()
                .forEach(service ->
                        service.realServers()
                                .forEach(server ->
                                        server.moveTo(
                                                new NextHop(
                                                        INTERFACE,
                                                        REAL_SERVER_MAC,
                                                        OWN_MAC,
                                                        MTU))));
        return table;
    }

    private void run() {
        long deadline = System.nanoTime() + BUDGET_NANOS;
        try (wayOut;
                Memory.Scratch memory = Memory.scratch((long) BATCH * SLOT)) {
            int rounds = COHORTS * FLAGS.length;
            for (int round = 0; round < ROUNDS && System.nanoTime() < deadline; round += rounds) {
                direct(memory.address(), round, round + rounds);
            }
        }
    }

    private void direct(long memory, int firstRound, int end) {
        ConnectionTable connections =
                new ConnectionTable(CONNECTIONS, Timeouts.DEFAULT, new Upkeep());
        Director director = new Director(0, 1, connections, DirectorSettings.DEFAULT);
        director.waysOut().put(INTERFACE, wayOut);
        director.onReplaceServices(services);
        long silences = 0;
        for (int round = firstRound; round < end; round++) {
            if (round % FLAGS.length == AFTER_SILENCE) {
                silences++;
                connections.cleanUp();
            }
            fill(memory, round);
            director.onFrames(batch, ingress, System.nanoTime() + silences * SILENCE_NANOS);
            director.waysOut().flush();
        }
        verdicts.add(director.verdicts());
    }

    private void fill(long memory, int round) {
        batch.clear();
        int step = round % FLAGS.length;
        int cohort = round / FLAGS.length;
        int frames = step == OF_FEW ? 1 + cohort % MOST_OF_FEW : BATCH;
        for (int i = 0; i < frames; i++) {
            long frame = memory + (long) i * SLOT + VnetHeader.LENGTH;
            int length = write(frame, cohort * BATCH + i, FLAGS[step]);
            if (i % STRANGER_EVERY == STRANGER_EVERY - 1) {
                estrange(frame);
            }
            batch.add(frame, length);
        }
    }

    /** Makes a frame one that is not for a service, in turn for one reason and another. */
    private void estrange(long frame) {
        long ports = frame + Ethernet.HEADER_LENGTH + Ipv4.MIN_HEADER_LENGTH;
        switch (strangers++ % 3) {
            case 0 -> Ethernet.putDestination(frame, CLIENT_MAC);
            case 1 -> Ethernet.putType(frame, Ethernet.TYPE_ARP);
            default -> Memory.putU16(ports + 2, NO_SERVICE_PORT);
        }
    }

    /** One of four clients speaks UDP; the frames of every other one are padded. */
    static int write(long frame, int client, int flags) {
        boolean udp = client / SCHEDULERS.size() % 4 == 0;
        int header = udp ? UDP_HEADER_LENGTH : Tcp.MIN_HEADER_LENGTH;
        int packet = Ipv4.MIN_HEADER_LENGTH + header;
        long ip = frame + Ethernet.HEADER_LENGTH;
        long ports = ip + Ipv4.MIN_HEADER_LENGTH;
        VnetHeader.clear(frame);
        Ethernet.putDestination(frame, OWN_MAC);
        Ethernet.putSource(frame, CLIENT_MAC);
        Ethernet.putType(frame, Ethernet.TYPE_IPV4);
        int protocol = udp ? IpProtocol.UDP : IpProtocol.TCP;
        int source = FIRST_CLIENT + client % BATCH;
        // Different ones, so that some checksums carry when the time to live is lowered.
        int identification = client * 31 + flags * 257 & 0xffff;
        Ipv4.write(ip, 0, packet, identification, 0, 64, protocol, source, VIP.ipv4());
        Memory.putU16(ports, 1024 + client % 1000);
        Memory.putU16(ports + 2, FIRST_PORT + client % SCHEDULERS.size());
        if (udp) {
            Memory.putU16(ports + 4, UDP_HEADER_LENGTH);
            Memory.putU16(ports + 6, 0);
        } else {
            Memory.putU8(ports + 12, Tcp.MIN_HEADER_LENGTH << 2);
            Memory.putU8(ports + 13, flags);
        }
        int length = Ethernet.HEADER_LENGTH + packet;
        return client % 2 == 0 ? length : Math.max(MIN_FRAME, length);
    }
}
