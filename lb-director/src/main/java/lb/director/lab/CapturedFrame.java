package lb.director.lab;

import java.nio.ByteBuffer;

/**
 * A frame as it crossed an interface, from its Ethernet header on. Immutable; any thread.
 *
 * <p>With offloads on, the checksum of a frame from a local TCP stack is not finished yet, and it
 * may be longer than the MTU.
 *
 * @param epochNanos when, in nanoseconds since 1970, by the clock that all hosts of the lab share
 * @param bytes read-only, position 0
 */
public record CapturedFrame(long epochNanos, ByteBuffer bytes) {
    /** The unsigned byte at {@code offset}. */
    public int u8(int offset) {
        return bytes.get(offset) & 0xff;
    }

    /** The unsigned 16 bits at {@code offset}, in network byte order. */
    public int u16(int offset) {
        return bytes.getShort(offset) & 0xffff;
    }

    /** The 32 bits at {@code offset}. */
    public int i32(int offset) {
        return bytes.getInt(offset);
    }

    /** The 48 bits at {@code offset}: a MAC address. */
    public long u48(int offset) {
        return (long) u16(offset) << 32 | i32(offset + 2) & 0xffff_ffffL;
    }

    /** Destination MAC address. */
    public long destination() {
        return u48(0);
    }

    /** Source MAC address. */
    public long source() {
        return u48(6);
    }

    /** The EtherType. */
    public int type() {
        return u16(12);
    }

    /** Bytes in the frame. */
    public int length() {
        return bytes.limit();
    }
}
