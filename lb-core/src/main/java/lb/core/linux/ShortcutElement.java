package lb.core.linux;

/**
 * Offsets in one element of the array that the shortcut's programs and this process share: a flow,
 * or at index 0 the lease alone.
 */
final class ShortcutElement {
    static final int LENGTH = 128;

    /**
     * Of index 0: until when frames are handed on, in nanoseconds of CLOCK_MONOTONIC; below {@link
     * #NO_LEASE} there is none.
     */
    static final int LEASE = 0;

    /** 4.3 s: no clock says so little by the time a director runs. */
    static final long NO_LEASE = 1L << 32;

    /** Frames handed on. */
    static final int PACKETS = 0;

    /** Their bytes, from the IP header on. */
    static final int BYTES = 8;

    /** Not 0: hand on no more. */
    static final int STOPPED = 16;

    /** The interface where frames come in; what follows is as {@link ShortcutFlow} has it. */
    static final int IN = 24;

    static final int MTU = 28;

    /** Destination and source MAC address of the frames that come in. */
    static final int IN_MACS = 32;

    static final int OUT = 44;

    /** Destination and source MAC address of the frames that leave. */
    static final int OUT_MACS = 48;

    static final int FLAGS = 60;
    static final int KEY = 64;

    /** Of the frames handed on those of {@link ShortcutProgram#LARGE} bytes or more. */
    static final int LARGE_FRAMES = 104;

    /** A flag: the time to live stays. */
    static final int KEEP_TIME_TO_LIVE = 1;

    /** A flag: the packets are IPv6. */
    static final int IPV6 = 2;

    private ShortcutElement() {}
}
