package lb.core.director;

import lb.core.channel.FrameSink;

/**
 * Where a batch came in. Immutable; of one worker.
 *
 * @param mac the MAC address of the interface, or {@link #ANY_MAC}
 * @param back the way out for answers
 */
public record Ingress(long mac, FrameSink back) {
    /** Takes frames to any MAC address: for captures. */
    public static final long ANY_MAC = -1;
}
