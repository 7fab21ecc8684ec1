package lb.core.channel;

import lb.core.wire.Memory;
import lb.core.wire.VnetHeader;

/**
 * Puts back the 802.1Q tag that the kernel takes out of a frame before packet sockets see it.
 * Stateless; any thread.
 */
final class VlanTag {
    /** Bytes of a tag. */
    static final int LENGTH = 4;

    /** TP_STATUS_VLAN_VALID: the slot's header has a tag. */
    static final int VALID = 1 << 4;

    private static final int TPID_VALID = 1 << 6;
    private static final int ETHERTYPE_8021Q = 0x8100;
    private static final int MACS_LENGTH = 12;

    private VlanTag() {}

    static int tpid(int status, int tpid) {
        return (status & TPID_VALID) != 0 ? tpid : ETHERTYPE_8021Q;
    }

    /**
     * Moves the vnet header and the two MACs down by {@link #LENGTH} and writes the tag into the
     * gap; the frame starts {@link #LENGTH} bytes lower afterwards.
     */
    static void putBack(long frame, int tpid, int tci) {
        long vnet = frame - FrameBatch.VNET_HEADER_LENGTH;
        Memory.copy(vnet, vnet - LENGTH, FrameBatch.VNET_HEADER_LENGTH + MACS_LENGTH);
        Memory.putU16(frame - LENGTH + MACS_LENGTH, tpid);
        Memory.putU16(frame - LENGTH + MACS_LENGTH + 2, tci);
        VnetHeader.moveHeaders(frame - LENGTH, LENGTH);
    }
}
