package lb.vrrp.automaton;

/** Why a virtual router may not take part. Immutable; any thread. */
public enum FaultReason {
    /** The interface of the instance is down: nothing can be sent. */
    INTERFACE_DOWN(false, false),
    /** The interface has no address to send from. */
    SOURCE_ADDRESS_MISSING(false, false),
    /** A tracked interface without weight is down. */
    TRACKED_INTERFACE(true, false),
    /** A tracked script without weight fails, or has not answered yet. */
    TRACKED_SCRIPT(true, false),
    /** A tracked file without weight asks for it. */
    TRACKED_FILE(true, false),
    /** Another member of the sync group is in Fault. */
    SYNC_GROUP(true, false),
    /** Our own data plane stands still: whoever can forward shall have the VIPs. */
    FENCED(true, true),
    /**
     * Our own adverts were late beyond the peers' takeover time. Nothing is sent: a priority 0
     * would make a third router doubt the one that has taken over.
     */
    STALLED(false, true);

    private final boolean canSend;
    private final boolean vipsFirst;

    FaultReason(boolean canSend, boolean vipsFirst) {
        this.canSend = canSend;
        this.vipsFirst = vipsFirst;
    }

    /** Whether a last advert with priority 0 can still get out. */
    boolean canSend() {
        return canSend;
    }

    /** Whether the VIPs go before anything is sent. */
    boolean vipsFirst() {
        return vipsFirst;
    }
}
