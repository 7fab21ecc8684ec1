package lb.vrrp.wire;

import lb.core.wire.Memory;

/**
 * The VRRP header of RFC 3768 section 5.1 and RFC 9568 section 5.2, as a view on native memory.
 * Stateless; any thread.
 */
public final class VrrpHeader {
    /** The IP protocol number (RFC 9568 section 5.1.1.4). */
    public static final int PROTOCOL = 112;

    static final int TYPE_ADVERTISEMENT = 1;
    static final int VERSION_TYPE = 0;
    static final int VRID = 1;
    static final int PRIORITY = 2;
    static final int ADDRESS_COUNT = 3;

    /** Version 2. */
    static final int AUTH_TYPE = 4;

    /** Version 2, seconds. */
    static final int ADVER_INT = 5;

    /** Version 3: 4 reserved bits, then centiseconds. */
    static final int MAX_ADVERTISE_INTERVAL = 4;

    static final int CHECKSUM = 6;
    static final int ADDRESSES = 8;
    static final int LENGTH = 8;
    static final int INTERVAL_MASK = 0x0fff;

    private VrrpHeader() {}

    static int version(long header) {
        return Memory.u8(header + VERSION_TYPE) >>> 4;
    }

    static int type(long header) {
        return Memory.u8(header + VERSION_TYPE) & 0xf;
    }

    static int vrid(long header) {
        return Memory.u8(header + VRID);
    }

    static int priority(long header) {
        return Memory.u8(header + PRIORITY);
    }

    static int addressCount(long header) {
        return Memory.u8(header + ADDRESS_COUNT);
    }

    static int authType(long header) {
        return Memory.u8(header + AUTH_TYPE);
    }

    static int adverInt(long header) {
        return Memory.u8(header + ADVER_INT);
    }

    static int maxAdvertiseInterval(long header) {
        return Memory.u16(header + MAX_ADVERTISE_INTERVAL) & INTERVAL_MASK;
    }
}
