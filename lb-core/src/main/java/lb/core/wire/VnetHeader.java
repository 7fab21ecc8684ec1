package lb.core.wire;

import java.nio.ByteOrder;

/**
 * The virtio network header in front of a frame (linux/virtio_net.h, {@code struct
 * virtio_net_hdr}): what the sender's stack left to be done by the hardware. Stateless; any thread.
 * The 16-bit fields are in the machine's byte order.
 */
public final class VnetHeader {
    /** Bytes of the header. */
    public static final int LENGTH = 10;

    private static final int FLAGS = 0;
    private static final int GSO_TYPE = 1;
    private static final int HEADERS_LENGTH = 2;
    private static final int GSO_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;

    private static final int NEEDS_CHECKSUM = 1;

    /** VIRTIO_NET_HDR_GSO_UDP: the whole datagram is cut into IP fragments. */
    private static final int GSO_FRAGMENTS = 3;

    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private VnetHeader() {}

    /**
     * Whether the frame is to be cut into segments on the way out, so that its length says nothing
     * about the MTU.
     */
    public static boolean isSegmented(long frame) {
        return Memory.u8(frame - LENGTH + GSO_TYPE) != 0;
    }

    /** Says how many bytes, from the Ethernet header on, are headers; 0 for nothing said. */
    public static void putHeadersLength(long frame, int bytes) {
        Memory.putU16(frame - LENGTH + HEADERS_LENGTH, toHost(bytes));
    }

    /** Takes in that the headers behind the MAC addresses stand so many bytes further on. */
    public static void moveHeaders(long frame, int bytes) {
        if (needsChecksum(frame)) {
            int start = checksumStart(frame) + bytes;
            Memory.putU16(frame - LENGTH + CHECKSUM_START, toHost(start));
        }
        int headers = host(frame - LENGTH + HEADERS_LENGTH);
        if (headers != 0) {
            putHeadersLength(frame, headers + bytes);
        }
    }

    /** Bytes of payload in each segment. */
    public static int segmentBytes(long frame) {
        return host(frame - LENGTH + GSO_SIZE);
    }

    /** Asks for segments of another length. */
    public static void putSegmentBytes(long frame, int bytes) {
        Memory.putU16(frame - LENGTH + GSO_SIZE, toHost(bytes));
    }

    /** Bytes in front of each segment's payload, from the IP header on. */
    public static int segmentHeaders(Packet packet, long frame) {
        int network = packet.ipLength() - packet.transportLength();
        if ((Memory.u8(frame - LENGTH + GSO_TYPE) & ~0x80) == GSO_FRAGMENTS) {
            return network;
        }
        int transport =
                packet.protocol() == IpProtocol.TCP ? Tcp.headerLength(packet.transport()) : 8;
        return network + transport;
    }

    /** Whether the sender left the transport checksum to the hardware. */
    public static boolean needsChecksum(long frame) {
        return (Memory.u8(frame - LENGTH + FLAGS) & NEEDS_CHECKSUM) != 0;
    }

    /** Where the bytes start that the unfinished checksum is over, from the Ethernet header on. */
    public static int checksumStart(long frame) {
        return host(frame - LENGTH + CHECKSUM_START);
    }

    /** Where the unfinished checksum stands, from {@link #checksumStart} on. */
    public static int checksumOffset(long frame) {
        return host(frame - LENGTH + CHECKSUM_OFFSET);
    }

    private static int host(long address) {
        return toHost(Memory.u16(address));
    }

    private static int toHost(int value) {
        return LITTLE_ENDIAN ? Short.reverseBytes((short) value) & 0xffff : value;
    }

    /** Writes a header that leaves nothing to do, in front of {@code frame}. */
    public static void clear(long frame) {
        Memory.putI64(frame - LENGTH, 0);
        Memory.putU16(frame - 2, 0);
    }
}
