package lb.core.linux;

/** The kernel's neighbour states (NUD_…, RFC 4861 section 7.3.2, used for ARP too). */
public enum NeighbourState {
    /** Known by name only; nothing asked yet. */
    NONE(0x00),
    /** Asked, no answer yet. */
    INCOMPLETE(0x01),
    /** Confirmed a short while ago. */
    REACHABLE(0x02),
    /** Was reachable; not confirmed lately. */
    STALE(0x04),
    /** Used while stale; about to be asked. */
    DELAY(0x08),
    /** Being asked again at its old MAC address. */
    PROBE(0x10),
    /** Did not answer. */
    FAILED(0x20),
    /** Needs no resolution (loopback, point-to-point). */
    NOARP(0x40),
    /** Set by hand. */
    PERMANENT(0x80);

    private final int bit;

    NeighbourState(int bit) {
        this.bit = bit;
    }

    /** Whether frames may be sent to the MAC address of an entry in this state. */
    public boolean isUsable() {
        return switch (this) {
            case REACHABLE, STALE, DELAY, PROBE, NOARP, PERMANENT -> true;
            case NONE, INCOMPLETE, FAILED -> false;
        };
    }

    static NeighbourState of(int bits) {
        for (NeighbourState state : values()) {
            if (state.bit == bits) {
                return state;
            }
        }
        return NONE;
    }
}
