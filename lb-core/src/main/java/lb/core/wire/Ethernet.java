package lb.core.wire;

/** The Ethernet II header (IEEE 802.3 clause 3) and its 802.1Q tags. Stateless; any thread. */
public final class Ethernet {
    /** Bytes of an untagged header. */
    public static final int HEADER_LENGTH = 14;

    /** Bytes that an 802.1Q tag adds. */
    public static final int TAG_LENGTH = 4;

    /** EtherType of IPv4. */
    public static final int TYPE_IPV4 = 0x0800;

    /** EtherType of ARP. */
    public static final int TYPE_ARP = 0x0806;

    /** EtherType (tag protocol) of an 802.1Q tag. */
    public static final int TYPE_VLAN = 0x8100;

    /** EtherType of IPv6. */
    public static final int TYPE_IPV6 = 0x86dd;

    /** EtherType (tag protocol) of an 802.1ad outer tag. */
    public static final int TYPE_QINQ = 0x88a8;

    /** The broadcast address. */
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final int DESTINATION = 0;
    private static final int SOURCE = 6;
    private static final int TYPE = 12;

    private Ethernet() {}

    /** Destination MAC address, 48 bits. */
    public static long destination(long frame) {
        return Memory.i64(frame + DESTINATION) >>> 16;
    }

    /** Source MAC address, 48 bits. */
    public static long source(long frame) {
        return Memory.i64(frame + SOURCE) >>> 16;
    }

    /** The EtherType, or the tag protocol of a tagged frame. */
    public static int type(long frame) {
        return Memory.u16(frame + TYPE);
    }

    /** Whether {@code type} announces a VLAN tag. */
    public static boolean isTag(int type) {
        return type == TYPE_VLAN || type == TYPE_QINQ;
    }

    /** Writes the destination MAC address. */
    public static void putDestination(long frame, long mac) {
        Memory.putU48(frame + DESTINATION, mac);
    }

    /** Writes the source MAC address. */
    public static void putSource(long frame, long mac) {
        Memory.putU48(frame + SOURCE, mac);
    }

    /** Writes both MAC addresses, in two writes instead of four. */
    public static void putAddresses(long frame, long destination, long source) {
        Memory.putI64(frame + DESTINATION, destination << 16 | source >>> 32 & 0xffff);
        Memory.putI32(frame + SOURCE + 2, (int) source);
    }

    /** Writes the EtherType. */
    public static void putType(long frame, int type) {
        Memory.putU16(frame + TYPE, type);
    }
}
