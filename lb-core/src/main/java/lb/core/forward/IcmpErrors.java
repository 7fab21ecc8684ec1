package lb.core.forward;

import java.util.concurrent.TimeUnit;
import lb.core.channel.FrameSink;
import lb.core.wire.Checksum;
import lb.core.wire.Ethernet;
import lb.core.wire.Icmp;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Ipv6;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import lb.core.wire.VnetHeader;

/**
 * Tells a client, from the VIP, why its packet was not forwarded (RFC 792, RFC 4443). Owned by one
 * worker.
 *
 * <p>The answer goes back the way the frame came. Limited to {@link #PER_SECOND}, as RFC 1812
 * section 4.3.2.8 and RFC 4443 section 2.4 (f) ask.
 */
public final class IcmpErrors {
    /** The most errors a second. */
    public static final int PER_SECOND = 1000;

    /** The most errors at once after a quiet time. */
    public static final int BURST = 50;

    private static final long NANOS_PER_ERROR = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

    /** A whole ICMP error is at most this long from the IP header on (RFC 1812 section 4.3.2.3). */
    private static final int MAX_LENGTH = 576;

    /** As {@link #MAX_LENGTH}: the IPv6 minimum MTU (RFC 4443 section 2.4 (c)). */
    private static final int MAX_LENGTH_V6 = 1280;

    private static final int TIME_TO_LIVE = 64;

    /**
     * Type of service of routing control traffic, class selector 6, which the kernel gives its
     * errors.
     */
    private static final int TYPE_OF_SERVICE = 0xc0;

    private static final int MAX_LINK_HEADER = Ethernet.HEADER_LENGTH + 2 * Ethernet.TAG_LENGTH;

    private static final int ROOM =
            VnetHeader.LENGTH + MAX_LINK_HEADER + MAX_LENGTH_V6 + Long.BYTES;

    private long answer;
    private long creditNanos = BURST * NANOS_PER_ERROR;
    private long lastNanos;
    private int identification;

    /** No real server will take it. */
    public void portUnreachable(long frame, Packet packet, FrameSink back, long nowNanos) {
        if (packet.isIpv4()) {
            send(frame, packet, back, nowNanos, Icmp.UNREACHABLE, Icmp.PORT_UNREACHABLE, 0);
        } else {
            send(frame, packet, back, nowNanos, Icmp.V6_UNREACHABLE, Icmp.V6_PORT_UNREACHABLE, 0);
        }
    }

    /** Its time to live ended here. */
    public void timeExceeded(long frame, Packet packet, FrameSink back, long nowNanos) {
        int type = packet.isIpv4() ? Icmp.TIME_EXCEEDED : Icmp.V6_TIME_EXCEEDED;
        send(frame, packet, back, nowNanos, type, 0, 0);
    }

    /** It is longer than {@code mtu}, the most that its way out carries. */
    public void tooBig(long frame, Packet packet, FrameSink back, long nowNanos, int mtu) {
        if (packet.isIpv4()) {
            send(frame, packet, back, nowNanos, Icmp.UNREACHABLE, Icmp.FRAGMENTATION_NEEDED, mtu);
        } else {
            send(frame, packet, back, nowNanos, Icmp.V6_PACKET_TOO_BIG, 0, mtu);
        }
    }

    private void send(
            long frame,
            Packet packet,
            FrameSink back,
            long nowNanos,
            int type,
            int code,
            int rest) {
        // Never an error about ICMP or a later fragment (RFC 1122 section 3.2.2, RFC 4443 section
        // 2.4 (e)).
        if (packet.protocol() == IpProtocol.ICMP
                || packet.protocol() == IpProtocol.ICMPV6
                || (packet.isIpv4() && packet.isFragment() && packet.fragmentOffset() != 0)
                || !takeCredit(nowNanos)) {
            return;
        }
        if (answer == 0) {
            answer = Memory.allocateForever(ROOM) + VnetHeader.LENGTH;
        }
        int linkHeader = (int) (packet.ip() - frame);
        Memory.copy(frame, answer, linkHeader);
        Ethernet.putDestination(answer, Ethernet.source(frame));
        Ethernet.putSource(answer, Ethernet.destination(frame));
        VnetHeader.clear(answer);
        int length =
                packet.isIpv4()
                        ? writeIpv4(answer + linkHeader, packet, type, code, rest)
                        : writeIpv6(answer + linkHeader, packet, type, code, rest);
        back.transmit(answer, linkHeader + length);
    }

    private int writeIpv4(long ip, Packet packet, int type, int code, int rest) {
        int headers = Ipv4.MIN_HEADER_LENGTH + Icmp.HEADER_LENGTH;
        int quoted = Math.min(packet.ipLength(), MAX_LENGTH - headers);
        long icmp = ip + Ipv4.MIN_HEADER_LENGTH;
        Icmp.write(icmp, type, code, rest);
        Memory.copy(packet.ip(), icmp + Icmp.HEADER_LENGTH, quoted);
        Icmp.putChecksum(icmp, Checksum.of(icmp, Icmp.HEADER_LENGTH + quoted));
        Ipv4.write(
                ip,
                TYPE_OF_SERVICE,
                headers + quoted,
                identification++,
                0,
                TIME_TO_LIVE,
                IpProtocol.ICMP,
                /* source= */ Ipv4.destination(packet.ip()),
                /* destination= */ Ipv4.source(packet.ip()));
        return headers + quoted;
    }

    private int writeIpv6(long ip, Packet packet, int type, int code, int rest) {
        int quoted =
                Math.min(
                        packet.ipLength(), MAX_LENGTH_V6 - Ipv6.HEADER_LENGTH - Icmp.HEADER_LENGTH);
        int payload = Icmp.HEADER_LENGTH + quoted;
        long icmp = ip + Ipv6.HEADER_LENGTH;
        Icmp.write(icmp, type, code, rest);
        Memory.copy(packet.ip(), icmp + Icmp.HEADER_LENGTH, quoted);
        Ipv6.write(
                ip,
                payload,
                IpProtocol.ICMPV6,
                TIME_TO_LIVE,
                /* sourceHigh= */ packet.destinationHigh(),
                /* sourceLow= */ packet.destinationLow(),
                /* destinationHigh= */ packet.sourceHigh(),
                /* destinationLow= */ packet.sourceLow());
        Icmp.putChecksum(
                icmp, Checksum.finish(pseudoHeader(ip, payload) + Checksum.add(0, icmp, payload)));
        return Ipv6.HEADER_LENGTH + payload;
    }

    /** The sum of both addresses, the length and the next header (RFC 8200 section 8.1). */
    private static long pseudoHeader(long ip, int payload) {
        return Checksum.add(0, ip + 8, 32) + payload + IpProtocol.ICMPV6;
    }

    private boolean takeCredit(long nowNanos) {
        // The clock's origin is anywhere: a first reading below 0 must not leave a debt.
        long passedNanos = Math.max(0, nowNanos - lastNanos);
        creditNanos = Math.min(creditNanos + passedNanos, BURST * NANOS_PER_ERROR);
        lastNanos = nowNanos;
        if (creditNanos < NANOS_PER_ERROR) {
            return false;
        }
        creditNanos -= NANOS_PER_ERROR;
        return true;
    }
}
