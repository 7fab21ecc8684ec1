package lb.core.connection;

import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import lb.core.wire.TestPacket;

/** Flow keys made the way the director makes them: from a parsed frame. */
final class TestFlow {
    private static final Packet PACKET = new Packet();
    private static final long FRAME = Memory.allocateForever(256);
    private static final byte[] BYTES =
            TestPacket.ethernet("", 0x86dd, TestPacket.ipv6(6, TestPacket.tcp(0, 80, 2)));

    private TestFlow() {}

    /**
     * A flow of client number {@code client}, of which there are 2^32, spread over addresses and
     * ports.
     */
    static FlowProbe of(int client) {
        FlowProbe probe = new FlowProbe();
        aim(probe, client);
        return probe;
    }

    static void aim(FlowProbe probe, int client) {
        Memory.copy(BYTES, 0, FRAME, BYTES.length);
        Memory.putU16(FRAME + 14 + 8 + 14, client >>> 16);
        Memory.putU16(FRAME + 54, client & 0xffff);
        if (PACKET.parse(FRAME, BYTES.length) != Packet.Shape.TRANSPORT) {
            throw new AssertionError("the test's own frame is broken");
        }
        probe.aimAt(PACKET);
    }

    static FlowProbe template(int client) {
        FlowProbe probe = new FlowProbe();
        ServiceKey service = new ServiceKey(IpAddress.parse("fd00::1"), 80, Protocol.TCP);
        probe.aimAtTemplate(of(client), new Persistence(300, 128), service);
        return probe;
    }
}
