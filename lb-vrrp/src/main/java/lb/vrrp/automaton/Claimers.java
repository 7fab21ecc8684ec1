package lb.vrrp.automaton;

/**
 * Who has claimed a VIP lately, so that one machine that never ends does not hide that another one
 * begins. Owned by the thread of its {@link VirtualRouter}.
 *
 * <p>A few only: with more of them at the same time, the rest counts as known.
 */
final class Claimers {
    private static final int MOST = 8;

    /** 0 for none: no machine has that MAC address. */
    private final long[] macs = new long[MOST];

    private final long[] quietFromNanos = new long[MOST];

    /** Whether a machine has not claimed before, or has been quiet for long enough since. */
    boolean isNew(long mac, long calmNanos, long nowNanos) {
        int slot = slot(mac, calmNanos, nowNanos);
        return slot >= 0 && isFree(slot, calmNanos, nowNanos);
    }

    /**
     * Takes note of a claim.
     *
     * @param quietNanos from when on the machine may be counted as quiet
     */
    void note(long mac, long quietNanos, long calmNanos, long nowNanos) {
        int slot = slot(mac, calmNanos, nowNanos);
        if (slot >= 0) {
            macs[slot] = mac;
            quietFromNanos[slot] = quietNanos;
        }
    }

    /** Its own, else a free one, else −1. */
    private int slot(long mac, long calmNanos, long nowNanos) {
        int free = -1;
        for (int i = 0; i < MOST; i++) {
            if (macs[i] == mac) {
                return i;
            }
            if (isFree(i, calmNanos, nowNanos)) {
                free = i;
            }
        }
        return free;
    }

    private boolean isFree(int slot, long calmNanos, long nowNanos) {
        return macs[slot] == 0 || nowNanos - quietFromNanos[slot] >= calmNanos;
    }
}
