package lb.director.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lb.core.channel.FrameBatch;
import lb.core.channel.FrameSink;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.director.Director;
import lb.core.director.DirectorSettings;
import lb.core.director.Ingress;
import lb.core.director.VerdictCounters;
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
 */
final class WarmUp {
    private static final long BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
    private static final int ROUNDS = 1_000;
    private static final int BATCH = 64;

    /** Enough for every client: one that was forgotten would be refused. */
    private static final int CONNECTIONS = ROUNDS * BATCH;

    private static final int SLOT = 128;
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
    private static final int UDP_HEADER_LENGTH = 8;
    private static final int[] FLAGS = {Tcp.SYN, Tcp.ACK, Tcp.ACK | Tcp.PSH, Tcp.ACK | Tcp.FIN};

    private final Director director;
    private final FrameBatch batch = new FrameBatch(BATCH);
    private final Ingress ingress;

    private WarmUp(SchedulerRegistry registry) {
        ConnectionTable connections =
                new ConnectionTable(CONNECTIONS, Timeouts.DEFAULT, Runnable::run);
        director = new Director(0, 1, connections, DirectorSettings.DEFAULT);
        FrameSink nowhere = new Nowhere();
        ingress = new Ingress(OWN_MAC, nowhere);
        director.waysOut().put(INTERFACE, nowhere);
        director.onReplaceServices(services(registry));
    }

    /** Warms up for less than a second; what became of its frames. */
    static VerdictCounters run(SchedulerRegistry registry) {
        WarmUp warmUp = new WarmUp(registry);
        warmUp.run();
        return warmUp.director.verdicts();
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
        long began = System.nanoTime();
        try (Memory.Scratch memory = Memory.scratch((long) BATCH * SLOT)) {
            for (int round = 0;
                    round < ROUNDS && System.nanoTime() - began < BUDGET_NANOS;
                    round++) {
                batch.clear();
                for (int i = 0; i < BATCH; i++) {
                    long frame = memory.address() + (long) i * SLOT + VnetHeader.LENGTH;
                    batch.add(
                            frame,
                            write(
                                    frame,
                                    round / FLAGS.length * BATCH + i,
                                    FLAGS[round % FLAGS.length]));
                }
                director.onFrames(batch, ingress, System.nanoTime());
            }
        }
    }

    /** One of four clients speaks UDP. */
    private static int write(long frame, int client, int flags) {
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
        Ipv4.write(ip, 0, packet, 0, 0, 64, protocol, source, VIP.ipv4());
        Memory.putU16(ports, 1024 + client % 1000);
        Memory.putU16(ports + 2, FIRST_PORT + client % SCHEDULERS.size());
        if (udp) {
            Memory.putU16(ports + 4, UDP_HEADER_LENGTH);
            Memory.putU16(ports + 6, 0);
        } else {
            Memory.putU8(ports + 12, Tcp.MIN_HEADER_LENGTH << 2);
            Memory.putU8(ports + 13, flags);
        }
        return Ethernet.HEADER_LENGTH + packet;
    }

    /** Takes every frame and forgets it. */
    private static final class Nowhere implements FrameSink {
        @Override
        public boolean transmit(long frame, int length) {
            return true;
        }

        @Override
        public void flush() {}
    }
}
