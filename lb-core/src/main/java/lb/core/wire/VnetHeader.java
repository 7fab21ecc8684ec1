package lb.core.wire;

/**
 * The virtio network header in front of a frame (linux/virtio_net.h, {@code struct
 * virtio_net_hdr}): what the sender's stack left to be done by the hardware. Stateless; any thread.
 * The 16-bit fields are in the machine's byte order.
 */
public final class VnetHeader {
    /** Bytes of the header. */
    public static final int LENGTH = 10;

    private static final int GSO_TYPE = 1;

    private VnetHeader() {}

    /**
     * Whether the frame is to be cut into segments on the way out, so that its length says nothing
     * about the MTU.
     */
    public static boolean isSegmented(long frame) {
        return Memory.u8(frame - LENGTH + GSO_TYPE) != 0;
    }

    /** Writes a header that leaves nothing to do, in front of {@code frame}. */
    public static void clear(long frame) {
        Memory.putI64(frame - LENGTH, 0);
        Memory.putU16(frame - 2, 0);
    }
}
