package lb.core.channel;

/**
 * Offsets and values of struct virtio_net_hdr (linux/virtio_net.h); its 16-bit fields are in the
 * host's byte order. Stateless; any thread.
 */
final class VnetHeader {
    static final int FLAGS = 0;
    static final int SEGMENT_TYPE = 1;
    static final int HEADERS_LENGTH = 2;
    static final int CHECKSUM_START = 6;

    /**
     * VIRTIO_NET_HDR_F_NEEDS_CSUM: the checksum at csum_start + csum_offset covers the pseudo
     * header only.
     */
    static final int NEEDS_CHECKSUM = 1;

    /** VIRTIO_NET_HDR_GSO_NONE: not to be cut into segments. */
    static final int NO_SEGMENTS = 0;

    private VnetHeader() {}
}
