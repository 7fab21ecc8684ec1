package lb.core.linux;

/** The layout of a receive ring. Immutable; any thread. */
public enum RingVersion {
    /** TPACKET_V2: one slot a frame; each frame is seen at once. */
    V2(1),
    /**
     * TPACKET_V3: frames packed into blocks; a block is seen when it is full or its timer fires.
     */
    V3(2);

    private final int number;

    RingVersion(int number) {
        this.number = number;
    }

    /** The value of PACKET_VERSION (linux/if_packet.h, enum tpacket_versions). */
    int number() {
        return number;
    }
}
