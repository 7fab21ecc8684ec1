package lb.core.forward;

import lb.core.channel.FrameSink;
import lb.core.wire.Ethernet;
import lb.core.wire.Ipv4;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import lb.core.wire.VnetHeader;

/**
 * Cuts IPv4 packets that are longer than the way out into fragments (RFC 791 section 3.2), as the
 * kernel does. Owned by one worker.
 */
public final class Fragmenter {
    /** The least that a fragment other than the last carries: offsets count in 8 bytes. */
    private static final int UNIT = 8;

    private static final int MAX_LINK_HEADER = Ethernet.HEADER_LENGTH + 2 * Ethernet.TAG_LENGTH;

    /** No more than the longest packet that the way out carries is written; MTUs end at 65,535. */
    private static final int MAX_PACKET = 65_535;

    private static final int ROOM = VnetHeader.LENGTH + MAX_LINK_HEADER + MAX_PACKET;

    private static final int COPIED = 0x80;
    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;

    private long piece;

    /**
     * Whether a packet may be cut: IPv4, "don't fragment" not set, and not one that is to be cut
     * into segments, which are packets of their own.
     */
    public static boolean mayCut(long frame, Packet packet, int mtu) {
        return packet.isIpv4()
                && (Ipv4.flagsAndOffset(packet.ip()) & Ipv4.DONT_FRAGMENT) == 0
                && Ipv4.headerLength(packet.ip()) + UNIT <= mtu
                && !VnetHeader.isSegmented(frame);
    }

    /**
     * Sends a packet in fragments of at most {@code mtu} bytes; the frame's MAC addresses and time
     * to live are those of the fragments.
     *
     * @return false when not all were taken, which makes the others useless
     */
    public boolean transmit(long frame, Packet packet, int mtu, FrameSink out) {
        if (piece == 0) {
            piece = Memory.allocateForever(ROOM) + VnetHeader.LENGTH;
        }
        PartialChecksum.finish(frame, packet);
        long ip = packet.ip();
        int linkHeader = (int) (ip - frame);
        int headers = Ipv4.headerLength(ip);
        int end = packet.ipLength() - headers;
        int room = mtu - headers & -UNIT;
        VnetHeader.clear(piece);
        Memory.copy(frame, piece, linkHeader + headers);
        boolean taken = true;
        for (int at = 0; at < end && taken; at += room) {
            int bytes = end - at <= mtu - headers ? end - at : room;
            Memory.copy(ip + headers + at, piece + linkHeader + headers, bytes);
            writeHeader(piece + linkHeader, ip, at, bytes, at + bytes < end);
            taken = out.transmit(piece, linkHeader + headers + bytes);
            if (at == 0) {
                dropUncopiedOptions(piece + linkHeader, headers);
            }
            if (bytes > room) {
                break;
            }
        }
        return taken;
    }

    private static void writeHeader(long header, long original, int at, int bytes, boolean more) {
        int flagsAndOffset = Ipv4.flagsAndOffset(original);
        // What is cut may be a fragment itself.
        int offset = (flagsAndOffset & Ipv4.OFFSET_MASK) + at / UNIT;
        int moreFragments = more ? Ipv4.MORE_FRAGMENTS : flagsAndOffset & Ipv4.MORE_FRAGMENTS;
        Ipv4.makeFragment(header, bytes, moreFragments | offset);
    }

    /**
     * Options without the copied flag belong to the first fragment alone; in the others their place
     * is filled with no-operations, so that the header keeps its length.
     */
    private static void dropUncopiedOptions(long header, int headers) {
        int at = Ipv4.MIN_HEADER_LENGTH;
        while (at < headers) {
            int kind = Memory.u8(header + at);
            if (kind == END_OF_OPTIONS) {
                return;
            }
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            int length = at + 1 < headers ? Memory.u8(header + at + 1) : 0;
            if (length < 2 || at + length > headers) {
                return;
            }
            for (int i = 0; i < length && (kind & COPIED) == 0; i++) {
                Memory.putU8(header + at + i, NO_OPERATION);
            }
            at += length;
        }
    }
}
