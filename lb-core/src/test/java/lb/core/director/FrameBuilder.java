package lb.core.director;

import lb.core.channel.FrameBatch;
import lb.core.wire.Checksum;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import lb.core.wire.VnetHeader;

/** Writes client frames into native memory for tests; one frame at a time. */
final class FrameBuilder {
    static final long DIRECTOR_MAC = 0x020000000001L;
    static final long CLIENT_MAC = 0x8c89a5964cb2L;
    private static final int CAPACITY = 70_000;

    private final long frame = Memory.allocateForever(CAPACITY) + 64;
    private final FrameBatch batch = new FrameBatch(1);
    private int length;
    int timeToLive = 64;

    /** An IPv4 or IPv6 packet with 20 bytes of TCP. */
    FrameBuilder tcp(IpAddress from, int fromPort, IpAddress to, int toPort, int flags) {
        return transport(from, fromPort, to, toPort, IpProtocol.TCP, Tcp.MIN_HEADER_LENGTH, flags);
    }

    /** An IPv4 or IPv6 packet with a UDP header and {@code payload} bytes. */
    FrameBuilder udp(IpAddress from, int fromPort, IpAddress to, int toPort, int payload) {
        return transport(from, fromPort, to, toPort, IpProtocol.UDP, 8 + payload, 0);
    }

    private FrameBuilder transport(
            IpAddress from,
            int fromPort,
            IpAddress to,
            int toPort,
            int protocol,
            int bytes,
            int flags) {
        VnetHeader.clear(frame);
        Ethernet.putDestination(frame, DIRECTOR_MAC);
        Ethernet.putSource(frame, CLIENT_MAC);
        long ip = frame + Ethernet.HEADER_LENGTH;
        int header = from.isIpv4() ? Ipv4.MIN_HEADER_LENGTH : Ipv6.HEADER_LENGTH;
        for (int i = 0; i < bytes; i++) {
            Memory.putU8(ip + header + i, 0);
        }
        if (from.isIpv4()) {
            Ethernet.putType(frame, Ethernet.TYPE_IPV4);
            Ipv4.write(
                    ip,
                    0,
                    header + bytes,
                    1,
                    Ipv4.DONT_FRAGMENT,
                    timeToLive,
                    protocol,
                    from.ipv4(),
                    to.ipv4());
        } else {
            Ethernet.putType(frame, Ethernet.TYPE_IPV6);
            Ipv6.write(
                    ip, bytes, protocol, timeToLive, from.high(), from.low(), to.high(), to.low());
        }
        long transport = ip + header;
        Memory.putU16(transport, fromPort);
        Memory.putU16(transport + 2, toPort);
        if (protocol == IpProtocol.TCP) {
            Memory.putU8(transport + 12, 5 << 4);
            Memory.putU8(transport + 13, flags);
        } else {
            Memory.putU16(transport + 4, bytes);
        }
        length = Ethernet.HEADER_LENGTH + header + bytes;
        return this;
    }

    FrameBuilder raw(byte[] bytes, int count) {
        VnetHeader.clear(frame);
        Memory.copy(bytes, 0, frame, count);
        length = count;
        return this;
    }

    /** Makes the IPv4 header checksum right after the header was changed by hand. */
    void fixIpv4Checksum() {
        long ip = frame + Ethernet.HEADER_LENGTH;
        Memory.putU16(ip + 10, 0);
        Memory.putU16(ip + 10, Checksum.of(ip, Ipv4.headerLength(ip)));
    }

    long address() {
        return frame;
    }

    int length() {
        return length;
    }

    byte[] bytes() {
        byte[] bytes = new byte[length];
        Memory.copy(frame, bytes, 0, length);
        return bytes;
    }

    FrameBatch batch() {
        batch.clear();
        batch.add(frame, length);
        return batch;
    }
}
