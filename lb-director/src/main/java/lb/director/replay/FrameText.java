package lb.director.replay;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import lb.core.service.ServiceKey;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.MacAddress;
import lb.core.wire.Packet;
import lb.core.wire.Tcp;

/**
 * What a frame is and between whom, in words. Immutable; any thread.
 *
 * @param kind such as {@code TCP SYN}, {@code UDP}, {@code ARP}
 * @param flow source and destination: addresses with ports; MAC addresses where there is no sound
 *     IP header
 */
record FrameText(String kind, String flow) {
    /**
     * The flags that open, carry on and end a connection; the others matter to the receiver alone.
     */
    private static final Map<Integer, String> FLAGS =
            new TreeMap<>(Map.of(Tcp.SYN, "SYN", Tcp.FIN, "FIN", Tcp.RST, "RST", Tcp.ACK, "ACK"));

    /** Reads a frame; {@code packet} is overwritten. */
    static FrameText of(Packet packet, long frame, int length) {
        if (length < Ethernet.HEADER_LENGTH) {
            return new FrameText("-", length + " bytes");
        }
        return switch (packet.parse(frame, length)) {
            case TRANSPORT -> new FrameText(transport(packet), withPorts(packet));
            case LATER_FRAGMENT, MALFORMED_FRAGMENT, TINY_FRAGMENT ->
                    new FrameText("fragment", withoutPorts(packet));
            case ICMP, OTHER_PROTOCOL, MALFORMED_TRANSPORT ->
                    new FrameText(protocol(packet), withoutPorts(packet));
            case NOT_IP -> new FrameText(etherType(frame), betweenMacs(frame));
            case TRUNCATED, MALFORMED_IP, BAD_IP_CHECKSUM ->
                    new FrameText("IP", betweenMacs(frame));
        };
    }

    private static String transport(Packet packet) {
        String protocol = protocol(packet);
        return packet.protocol() == IpProtocol.TCP ? protocol + " " + flags(packet) : protocol;
    }

    private static String protocol(Packet packet) {
        return switch (packet.protocol()) {
            case IpProtocol.TCP -> "TCP";
            case IpProtocol.UDP -> "UDP";
            case IpProtocol.SCTP -> "SCTP";
            case IpProtocol.ICMP -> "ICMP";
            case IpProtocol.ICMPV6 -> "ICMPv6";
            default -> "IP " + packet.protocol();
        };
    }

    private static String flags(Packet packet) {
        String text =
                FLAGS.entrySet().stream()
                        .filter(flag -> (packet.tcpFlags() & flag.getKey()) != 0)
                        .map(Map.Entry::getValue)
                        .collect(Collectors.joining("+"));
        return text.isEmpty() ? "no flags" : text;
    }

    private static String withPorts(Packet packet) {
        return ServiceKey.endpoint(source(packet), packet.ports() >>> 16)
                + " > "
                + ServiceKey.endpoint(destination(packet), packet.destinationPort());
    }

    private static String withoutPorts(Packet packet) {
        return source(packet) + " > " + destination(packet);
    }

    private static IpAddress source(Packet packet) {
        return new IpAddress(packet.sourceHigh(), packet.sourceLow());
    }

    private static IpAddress destination(Packet packet) {
        return new IpAddress(packet.destinationHigh(), packet.destinationLow());
    }

    private static String betweenMacs(long frame) {
        return MacAddress.text(Ethernet.source(frame))
                + " > "
                + MacAddress.text(Ethernet.destination(frame));
    }

    private static String etherType(long frame) {
        int type = Ethernet.type(frame);
        return type == Ethernet.TYPE_ARP
                ? "ARP"
                : "0x" + Integer.toHexString(0x10000 | type).substring(1);
    }
}
