package lb.core.channel;

/**
 * Frames that came in together, as views on memory that belongs to the channel: valid only until
 * the call that delivered them returns, writable in place until then.
 *
 * <p>Owned by the event loop of the channel that fills it. Knows nothing of rings: a frame is the
 * address of its Ethernet header and a length. The {@link #VNET_HEADER_LENGTH} bytes in front of a
 * frame are its virtio network header (linux/virtio_net.h), which says what the sender's stack left
 * unfinished; a source without one puts zeros.
 */
public final class FrameBatch {
    /** Bytes of the virtio network header that stands in front of every frame. */
    public static final int VNET_HEADER_LENGTH = 10;

    private final long[] addresses;
    private final int[] lengths;
    private int size;

    /** An empty batch with room for {@code capacity} frames. */
    public FrameBatch(int capacity) {
        addresses = new long[capacity];
        lengths = new int[capacity];
    }

    /** Forgets all frames. */
    public void clear() {
        size = 0;
    }

    /**
     * Appends a frame; the caller has seen that the batch is not full.
     *
     * @param address of the Ethernet header
     * @param length in bytes, from the Ethernet header on, as captured
     */
    public void add(long address, int length) {
        addresses[size] = address;
        lengths[size] = length;
        size++;
    }

    /** Frames in it. */
    public int size() {
        return size;
    }

    /** Whether there is no room for another frame. */
    public boolean isFull() {
        return size == addresses.length;
    }

    /** The frames it has room for. */
    public int capacity() {
        return addresses.length;
    }

    /** Where the Ethernet header of frame {@code index} starts. */
    public long address(int index) {
        return addresses[index];
    }

    /** Bytes of frame {@code index}. */
    public int length(int index) {
        return lengths[index];
    }
}
