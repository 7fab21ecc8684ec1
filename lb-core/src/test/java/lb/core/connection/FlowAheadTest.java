package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlowAheadTest {
    private static final int PORTS = 40_000 << 16 | 80;
    private static final int IPV4_FRAME = 14 + 20 + 20;
    private static final int IPV6_FRAME = 14 + 40 + 8;

    private final Memory.Scratch memory = Memory.scratch(256);
    private final long frame = memory.address();
    private final long ip = frame + Ethernet.HEADER_LENGTH;

    @AfterEach
    void free() {
        memory.close();
    }

    private void writeIpv4(int flags) {
        Ethernet.putType(frame, Ethernet.TYPE_IPV4);
        Ipv4.write(ip, 0, 40, 7, flags, 64, IpProtocol.TCP, 0x0b00_0001, 0x0a09_0064);
        Memory.putI32(ip + 20, PORTS);
        Memory.putU8(ip + 20 + 12, 5 << 4);
    }

    private void writeIpv6(int nextHeader) {
        Ethernet.putType(frame, Ethernet.TYPE_IPV6);
        Memory.putU8(ip, 0x60);
        Memory.putU16(ip + 4, 8);
        Memory.putU8(ip + 6, nextHeader);
        put(IpAddress.parse("fd00:9::3"), ip + 8);
        put(IpAddress.parse("fd00:9::100"), ip + 24);
        Memory.putI32(ip + 40, PORTS);
    }

    private static void put(IpAddress address, long at) {
        Memory.putI64(at, address.high());
        Memory.putI64(at + 8, address.low());
    }

    private int hashOnTheMainPath(int length) {
        Packet packet = new Packet();
        assertThat(packet.parse(frame, length)).isEqualTo(Packet.Shape.TRANSPORT);
        FlowProbe probe = new FlowProbe();
        probe.aimAt(packet);
        return probe.hash;
    }

    @Test
    void looksWhereTheMainPathWillLookForIpv4() {
        writeIpv4(Ipv4.DONT_FRAGMENT);
        assertThat(FlowAhead.hash(frame, IPV4_FRAME)).isEqualTo(hashOnTheMainPath(IPV4_FRAME));
    }

    @Test
    void looksWhereTheMainPathWillLookForIpv6() {
        writeIpv6(IpProtocol.UDP);
        assertThat(FlowAhead.hash(frame, IPV6_FRAME)).isEqualTo(hashOnTheMainPath(IPV6_FRAME));
    }

    @Test
    void passesOverWhatIsNotPlain() {
        writeIpv4(Ipv4.MORE_FRAGMENTS);
        assertThat(FlowAhead.hash(frame, IPV4_FRAME)).as("fragment").isZero();
        writeIpv4(0);
        Memory.putU8(ip, 0x46);
        assertThat(FlowAhead.hash(frame, IPV4_FRAME)).as("options").isZero();
        writeIpv6(IpProtocol.IPV6_FRAGMENT);
        assertThat(FlowAhead.hash(frame, IPV6_FRAME)).as("extension").isZero();
        Ethernet.putType(frame, Ethernet.TYPE_ARP);
        assertThat(FlowAhead.hash(frame, IPV4_FRAME)).as("ARP").isZero();
    }

    @Test
    void readsNothingBeyondAShortFrame() {
        writeIpv4(0);
        assertThat(FlowAhead.hash(frame, 37)).as("IPv4 without ports").isZero();
        writeIpv6(IpProtocol.TCP);
        assertThat(FlowAhead.hash(frame, 57)).as("IPv6 without ports").isZero();
    }
}
