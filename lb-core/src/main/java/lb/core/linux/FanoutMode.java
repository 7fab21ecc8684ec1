package lb.core.linux;

/**
 * How a fanout group of packet sockets shares frames among its members (packet(7), PACKET_FANOUT).
 * Immutable; any thread.
 */
public enum FanoutMode {
    /** By the kernel's flow hash. */
    HASH(0),
    /** By a {@link FanoutProgram}, which {@link PacketSocket#share} hands to the group. */
    PROGRAM(6);

    private static final int UNIQUE_ID = 0x2000;

    /**
     * The group's own word for PACKET_IGNORE_OUTGOING, which of a single socket does not count once
     * it is in a group (Linux 5.17; ignored before).
     */
    private static final int IGNORE_OUTGOING = 0x4000;

    private final int number;

    FanoutMode(int number) {
        this.number = number;
    }

    /** The option's value for a group; 0 makes a new one. */
    int optionFor(int group) {
        int flags = group == 0 ? UNIQUE_ID | IGNORE_OUTGOING : IGNORE_OUTGOING;
        return group | ((number | flags) << 16);
    }
}
