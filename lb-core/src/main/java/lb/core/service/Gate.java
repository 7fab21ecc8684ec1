package lb.core.service;

/**
 * Whether this director may forward what is addressed to a VIP: closed while another director holds
 * it. Opened and closed by any one thread; the workers read it, or the {@link Revision}, for every
 * frame.
 *
 * <p>It is the same object in every table that knows the VIP, so that it closes within the frame at
 * hand, without a new table.
 */
public final class Gate {
    /** The gate of a VIP that no other director ever holds. */
    public static final Gate ALWAYS_OPEN = new Gate(true);

    private volatile boolean open;

    private Gate(boolean open) {
        this.open = open;
    }

    /** A gate that is closed until it is opened. */
    public static Gate closed() {
        return new Gate(false);
    }

    /** Whether frames may pass. */
    public boolean isOpen() {
        return open;
    }

    /** Lets frames pass. */
    public void open() {
        open = true;
    }

    /**
     * Stops frames.
     *
     * @throws IllegalStateException for the gate that is always open
     */
    public void close() {
        if (this == ALWAYS_OPEN) {
            throw new IllegalStateException("this gate is shared by VIPs that have no other owner");
        }
        open = false;
        Revision.next();
    }
}
