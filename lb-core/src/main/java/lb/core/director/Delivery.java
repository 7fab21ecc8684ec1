package lb.core.director;

import lb.core.channel.FrameSink;
import lb.core.forward.DirectRouting;
import lb.core.forward.Fragmenter;
import lb.core.forward.IcmpErrors;
import lb.core.forward.PartialChecksum;
import lb.core.forward.Readdressing;
import lb.core.forward.WaysOut;
import lb.core.service.NextHop;
import lb.core.service.RealServer;
import lb.core.service.VirtualService;
import lb.core.wire.Ethernet;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import lb.core.wire.VnetHeader;

/** The way to a real server that has been chosen. Owned by one worker. */
final class Delivery {
    private final FrameContext context;
    private final WaysOut waysOut = new WaysOut();
    private final IcmpErrors icmpErrors = new IcmpErrors();
    private final Fragmenter fragmenter = new Fragmenter();
    private final Readdressing readdressing = new Readdressing();

    Delivery(FrameContext context) {
        this.context = context;
    }

    WaysOut waysOut() {
        return waysOut;
    }

    Verdict forward(Packet packet, VirtualService service, RealServer server) {
        context.note(server);
        NextHop next = server.nextHop();
        FrameSink out = next == null ? null : waysOut.find(next.interfaceIndex());
        if (next == null || out == null) {
            return Verdict.NEIGHBOUR_UNRESOLVED;
        }
        long frame = Memory.known(context.frame);
        if (Ethernet.source(frame) == next.mac() || context.isFromHere()) {
            return Verdict.LOOP;
        }
        // A local real server takes the packet as it came; any other, if it fits and has a hop.
        if (next.isLocal()
                || (packet.ipLength() <= next.mtu()
                        && !context.settings.routing().isExpired(packet))) {
            return counted(packet, service, server, transmitWhole(packet, out, next));
        }
        return forwardUnfit(packet, service, server, next, out);
    }

    /** One that has no hop left, or is longer than fits. */
    private Verdict forwardUnfit(
            Packet packet, VirtualService service, RealServer server, NextHop next, FrameSink out) {
        DirectRouting routing = context.settings.routing();
        if (routing.isExpired(packet)) {
            icmpErrors.timeExceeded(context.frame, packet, context.back, context.nowNanos);
            return Verdict.TTL_EXPIRED;
        }
        if (isSegmentedFor(packet, next.mtu())) {
            return counted(packet, service, server, transmitWhole(packet, out, next));
        }
        readdressing.to(next, routing, context.frame, packet).takeHop(context.frame);
        if (!Fragmenter.mayCut(context.frame, packet, next.mtu())) {
            icmpErrors.tooBig(context.frame, packet, context.back, context.nowNanos, next.mtu());
            return Verdict.TOO_LONG;
        }
        readdressing.readdress(context.frame);
        finishChecksum(packet);
        return counted(
                packet,
                service,
                server,
                fragmenter.transmit(context.frame, packet, next.mtu(), out));
    }

    private boolean transmitWhole(Packet packet, FrameSink out, NextHop next) {
        finishChecksum(packet);
        return out.transmit(
                context.frame,
                context.length,
                readdressing.to(next, context.settings.routing(), context.frame, packet));
    }

    private void finishChecksum(Packet packet) {
        if (packet.protocol() == IpProtocol.SCTP && !packet.isFragment()) {
            PartialChecksum.finishSctp(context.frame, packet);
        }
    }

    private Verdict counted(
            Packet packet, VirtualService service, RealServer server, boolean taken) {
        if (!taken) {
            return Verdict.TRANSMIT_QUEUE_FULL;
        }
        service.traffic(context.worker).countPacket(packet.ipLength());
        server.traffic(context.worker).countPacket(packet.ipLength());
        return Verdict.FORWARDED;
    }

    /**
     * Whether the frame is cut on the way out into segments short enough. A TCP packet without
     * "don't fragment" gets shorter segments: its receiver sees one stream either way.
     */
    private boolean isSegmentedFor(Packet packet, int mtu) {
        long frame = context.frame;
        if (!VnetHeader.isSegmented(frame)) {
            return false;
        }
        int headers = VnetHeader.segmentHeaders(packet, frame);
        if (headers + VnetHeader.segmentBytes(frame) <= mtu) {
            return true;
        }
        if (packet.protocol() != IpProtocol.TCP
                || !packet.isIpv4()
                || (Ipv4.flagsAndOffset(packet.ip()) & Ipv4.DONT_FRAGMENT) != 0
                || headers >= mtu) {
            return false;
        }
        VnetHeader.putSegmentBytes(frame, mtu - headers);
        return true;
    }

    Verdict refuse(Packet packet) {
        icmpErrors.portUnreachable(context.frame, packet, context.back, context.nowNanos);
        return Verdict.NO_REAL_SERVER;
    }
}
