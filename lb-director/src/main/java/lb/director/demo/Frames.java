package lb.director.demo;

import lb.core.wire.IpAddress;
import lb.director.lab.CapturedFrame;

/**
 * Reads ARP and TCP over IPv4 in captured frames (RFC 826, RFC 791, RFC 9293). Stateless; any
 * thread.
 */
final class Frames {
    static final int IP = 14;
    static final int IP_TIME_TO_LIVE = 8;
    static final int IP_CHECKSUM = 10;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_ARP = 0x0806;
    private static final int ARP_OPERATION = IP + 6;
    private static final int ARP_SENDER_MAC = IP + 8;
    private static final int ARP_SENDER_IP = IP + 14;
    private static final int ARP_TARGET_IP = IP + 24;
    private static final int ARP_LENGTH = IP + 28;
    private static final int ARP_REQUEST = 1;
    private static final int ARP_REPLY = 2;
    private static final int PROTOCOL_TCP = 6;
    private static final int TCP_MIN_LENGTH = 20;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    private Frames() {}

    /** Whether {@code asker} asks who has {@code target}. */
    static boolean isArpRequest(CapturedFrame frame, Machine asker, int target) {
        return isArp(frame, ARP_REQUEST, asker.macNumber(), asker.ipv4())
                && frame.i32(ARP_TARGET_IP) == target;
    }

    /** Whether {@code owner} tells {@code asker} that {@code address} is at its MAC address. */
    static boolean isArpReply(CapturedFrame frame, Machine owner, int address, Machine asker) {
        return isArp(frame, ARP_REPLY, owner.macNumber(), address)
                && frame.destination() == asker.macNumber();
    }

    private static boolean isArp(CapturedFrame frame, int operation, long senderMac, int senderIp) {
        return frame.length() >= ARP_LENGTH
                && frame.type() == TYPE_ARP
                && frame.u16(ARP_OPERATION) == operation
                && frame.u48(ARP_SENDER_MAC) == senderMac
                && frame.i32(ARP_SENDER_IP) == senderIp;
    }

    /**
     * Whether it is a SYN without ACK, on the link from one machine to another, between these two
     * addresses.
     */
    static boolean isSyn(
            CapturedFrame frame, Machine from, Machine to, int source, int destination) {
        return isTcp(frame, SYN, from, to, source, destination);
    }

    /** As {@link #isSyn}, for SYN+ACK. */
    static boolean isSynAck(
            CapturedFrame frame, Machine from, Machine to, int source, int destination) {
        return isTcp(frame, SYN | ACK, from, to, source, destination);
    }

    private static boolean isTcp(
            CapturedFrame frame, int flags, Machine from, Machine to, int source, int destination) {
        return frame.length() >= IP + 20 + TCP_MIN_LENGTH
                && frame.type() == TYPE_IPV4
                && frame.u8(IP + 9) == PROTOCOL_TCP
                && frame.source() == from.macNumber()
                && frame.destination() == to.macNumber()
                && frame.i32(IP + 12) == source
                && frame.i32(IP + 16) == destination
                && (frame.u8(tcp(frame) + 13) & (SYN | ACK)) == flags;
    }

    static int sourcePort(CapturedFrame frame) {
        return frame.u16(tcp(frame));
    }

    static int destinationPort(CapturedFrame frame) {
        return frame.u16(tcp(frame) + 2);
    }

    /** Bytes of the IP packet: header and data, without what Ethernet may have added. */
    static int packetLength(CapturedFrame frame) {
        return frame.u16(IP + 2);
    }

    private static int tcp(CapturedFrame frame) {
        return IP + (frame.u8(IP) & 0x0f) * 4;
    }

    static String address(CapturedFrame frame, int offset) {
        return IpAddress.ofIpv4(frame.i32(offset)).toString();
    }

    /** The frame's content in a line, in tcpdump's manner. */
    static String text(CapturedFrame frame) {
        if (frame.type() == TYPE_ARP) {
            return frame.u16(ARP_OPERATION) == ARP_REQUEST
                    ? "who has "
                            + address(frame, ARP_TARGET_IP)
                            + "? tell "
                            + address(frame, ARP_SENDER_IP)
                    : address(frame, ARP_SENDER_IP)
                            + " is at "
                            + lb.core.wire.MacAddress.text(frame.u48(ARP_SENDER_MAC));
        }
        String flags = (frame.u8(tcp(frame) + 13) & ACK) == 0 ? "SYN" : "SYN+ACK";
        return address(frame, IP + 12)
                + ":"
                + sourcePort(frame)
                + " > "
                + address(frame, IP + 16)
                + ":"
                + destinationPort(frame)
                + " "
                + flags
                + " ttl "
                + frame.u8(IP + IP_TIME_TO_LIVE);
    }
}
