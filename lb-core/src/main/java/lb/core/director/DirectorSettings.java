package lb.core.director;

import lb.core.forward.DirectRouting;

/**
 * How a director decides where IPVS leaves a choice, with the kernel's names. Immutable; any
 * thread.
 *
 * @param routing what is rewritten
 * @param expireNodestConn whether a connection whose real server was removed ends and its packet is
 *     scheduled anew; else its packets are dropped
 * @param expireQuiescentTemplate whether a persistence template ends when its real server gets
 *     weight 0
 * @param sloppyTcp whether segments of unknown connections are scheduled
 * @param connReuseMode 0: a SYN never reopens a known connection; bit 0: one in TIME_WAIT or CLOSE,
 *     or whose real server has weight 0, is scheduled anew; bit 1: one in FIN_WAIT too
 */
public record DirectorSettings(
        DirectRouting routing,
        boolean expireNodestConn,
        boolean expireQuiescentTemplate,
        SloppyTcp sloppyTcp,
        int connReuseMode) {
    /** Checks the mode. */
    public DirectorSettings {
        if (connReuseMode < 0 || connReuseMode > 3) {
            throw new IllegalArgumentException(
                    "conn_reuse_mode " + connReuseMode + " is not in 0..3");
        }
    }

    /** Those that keep clients alive. */
    public static final DirectorSettings DEFAULT =
            new DirectorSettings(new DirectRouting(false, false), true, true, SloppyTcp.AUTO, 1);

    /** Those of an untouched Linux kernel. */
    public static final DirectorSettings KERNEL =
            new DirectorSettings(new DirectRouting(false, false), false, false, SloppyTcp.OFF, 1);
}
