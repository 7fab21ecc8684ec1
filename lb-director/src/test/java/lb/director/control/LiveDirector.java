package lb.director.control;

import java.util.List;
import java.util.Map;
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
import lb.core.fragment.HeldCounters;
import lb.core.service.NextHop;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import lb.core.wire.VnetHeader;

/** A real director of one worker whose frames come out of memory; what goes out is only counted. */
public final class LiveDirector implements DirectorView {
    private static final int INTERFACE = 7;
    private static final long MAC = 0x020000000001L;
    private static final long START_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int CAPACITY = 2048;

    private final ConnectionTable connections =
            new ConnectionTable(1_000_000, Timeouts.DEFAULT, Runnable::run);
    private final Director director = new Director(0, 1, connections, DirectorSettings.DEFAULT);
    private final CountingSink out = new CountingSink();
    private final Ingress ingress = new Ingress(MAC, out);
    private final FrameBatch batch = new FrameBatch(1);
    private final long frame = Memory.allocateForever(CAPACITY) + 64;
    private final ServiceTable services;
    private long nowNanos = START_NANOS;
    private long received;

    /** What is forwarded. */
    private static final class CountingSink implements FrameSink {
        private long frames;

        @Override
        public boolean transmit(long frame, int length) {
            frames++;
            return true;
        }

        @Override
        public void flush() {}
    }

    /** Of one service, with two real servers that take turns. */
    static LiveDirector web() {
        return new LiveDirector(
                service(
                        Protocol.TCP,
                        "10.0.205.100",
                        80,
                        "rr",
                        Set.of(),
                        Persistence.NONE,
                        false,
                        realServer("10.0.205.2", 80, 1),
                        realServer("10.0.205.3", 80, 1)));
    }

    public LiveDirector(ServiceDefinition... definitions) {
        connections.advance(nowNanos);
        services =
                ServiceTable.empty(1)
                        .replacedBy(
                                List.of(definitions),
                                SchedulerRegistry.load(LiveDirector.class.getClassLoader()));
        for (VirtualService service : services.services()) {
            for (RealServer server : service.realServers()) {
                server.moveTo(
                        new NextHop(
                                INTERFACE,
                                0x080027000000L | server.address().low() & 0xffffff,
                                MAC,
                                1500));
            }
        }
        director.waysOut().put(INTERFACE, out);
        director.onReplaceServices(services);
    }

    public static ServiceDefinition service(
            Protocol protocol,
            String vip,
            int port,
            String scheduler,
            Set<String> flags,
            Persistence persistence,
            boolean onePacket,
            RealServerDefinition... realServers) {
        return new ServiceDefinition(
                new ServiceKey(IpAddress.parse(vip), port, protocol),
                scheduler,
                flags,
                persistence,
                onePacket,
                List.of(realServers));
    }

    public static RealServerDefinition realServer(String address, int port, int weight) {
        return new RealServerDefinition(IpAddress.parse(address), port, weight);
    }

    /** One TCP segment from a client. */
    public void tcp(String from, int fromPort, String to, int toPort, int flags) {
        tcp(IpAddress.parse(from), fromPort, IpAddress.parse(to), toPort, flags);
    }

    public void tcp(IpAddress from, int fromPort, IpAddress to, int toPort, int flags) {
        long transport = header(from, to, IpProtocol.TCP, Tcp.MIN_HEADER_LENGTH);
        Memory.putU16(transport, fromPort);
        Memory.putU16(transport + 2, toPort);
        Memory.putU8(transport + 12, 5 << 4);
        Memory.putU8(transport + 13, flags);
        receive(transport + Tcp.MIN_HEADER_LENGTH);
    }

    /** One datagram of 4 bytes from a client. */
    public void udp(String from, int fromPort, String to, int toPort) {
        long transport = header(IpAddress.parse(from), IpAddress.parse(to), IpProtocol.UDP, 12);
        Memory.putU16(transport, fromPort);
        Memory.putU16(transport + 2, toPort);
        Memory.putU16(transport + 4, 12);
        receive(transport + 12);
    }

    /** A frame of another protocol. */
    public void arp() {
        VnetHeader.clear(frame);
        Ethernet.putDestination(frame, MAC);
        Ethernet.putType(frame, 0x0806);
        receive(frame + 60);
    }

    private long header(IpAddress from, IpAddress to, int protocol, int payload) {
        VnetHeader.clear(frame);
        Ethernet.putDestination(frame, MAC);
        Ethernet.putSource(frame, 0x8c89a5964cb2L);
        long ip = frame + Ethernet.HEADER_LENGTH;
        int header = from.isIpv4() ? Ipv4.MIN_HEADER_LENGTH : Ipv6.HEADER_LENGTH;
        for (int i = 0; i < payload; i++) {
            Memory.putU8(ip + header + i, 0);
        }
        if (from.isIpv4()) {
            Ethernet.putType(frame, Ethernet.TYPE_IPV4);
            Ipv4.write(
                    ip,
                    0,
                    header + payload,
                    1,
                    Ipv4.DONT_FRAGMENT,
                    64,
                    protocol,
                    from.ipv4(),
                    to.ipv4());
        } else {
            Ethernet.putType(frame, Ethernet.TYPE_IPV6);
            Ipv6.write(ip, payload, protocol, 64, from.high(), from.low(), to.high(), to.low());
        }
        return ip + header;
    }

    private void receive(long end) {
        batch.clear();
        batch.add(frame, (int) (end - frame));
        director.onFrames(batch, ingress, nowNanos);
        received++;
    }

    public void advanceSeconds(long seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
        connections.advance(nowNanos);
    }

    @Override
    public ServiceTable services() {
        return services;
    }

    @Override
    public ConnectionTable connections() {
        return connections;
    }

    @Override
    public List<VerdictCounters> verdicts() {
        return List.of(director.verdicts());
    }

    @Override
    public List<HeldCounters> heldFragments() {
        return List.of(director.heldFragments());
    }

    @Override
    public List<InterfaceReport> interfaces() {
        return List.of(new InterfaceReport("eth7", "both", received, out.frames, 0, 0));
    }

    @Override
    public List<NeighbourReport> neighbours() {
        return List.of(
                new NeighbourReport(
                        "10.0.205.2", "eth7", "10.0.205.2", "08:00:27:3b:62:f5", "reachable"),
                new NeighbourReport("10.0.205.3", "eth7", "10.0.205.3", null, "no answer"),
                new NeighbourReport("192.0.2.1", null, null, null, "no route"));
    }

    @Override
    public VrrpReport vrrp() {
        return new VrrpReport(
                List.of(
                        new VrrpInstanceReport(
                                "VI_1",
                                "FAULT",
                                "eth0",
                                51,
                                3,
                                150,
                                90,
                                1.0,
                                List.of("10.0.205.100/24"),
                                "10.0.205.1",
                                null,
                                12.5,
                                "TRACKED_SCRIPT",
                                List.of(
                                        new VrrpTrackerReport(
                                                "script", "web", "DOWN", 0, false, 0, true),
                                        new VrrpTrackerReport(
                                                "file", "hand", "-60", 1, true, -60, false)),
                                Map.of())),
                List.of(new VrrpGroupReport("VG", "FAULT", List.of("VI_1", "VI_2"))));
    }

    @Override
    public DirectorStatus status() {
        return new DirectorStatus(
                "1.2.3",
                4711,
                93_784,
                2,
                "v2",
                "/etc/lb/lb.conf",
                List.of("10.0.205.100", "fd00::100"));
    }
}
