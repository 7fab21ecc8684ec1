package lb.vrrp.automaton;

import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** What a virtual router is told. Immutable; any thread. */
public sealed interface Event {
    /** Begin to take part (RFC 9568 section 6.4.1). */
    record Startup() implements Event {}

    /** Stop gracefully. */
    record Shutdown() implements Event {}

    /**
     * A timer may have expired; harmless if none has. Adverts that wait in the socket are given
     * first.
     */
    record TimerExpired() implements Event {}

    /**
     * A valid advert for this virtual router, see {@link lb.vrrp.wire.AdvertCheck}.
     *
     * @param priority 0 to 255
     * @param intervalNanos the interval field
     * @param sourceHigh upper half of the packet's source address, see {@link
     *     lb.core.wire.IpAddress}
     * @param sourceLow lower half
     */
    record AdvertReceived(int priority, long intervalNanos, long sourceHigh, long sourceLow)
            implements Event {
        /**
         * {@code previous} if it says the same, else a new event: adverts repeat, and then nothing
         * is allocated.
         */
        public static AdvertReceived reusing(
                @Nullable AdvertReceived previous,
                int priority,
                long intervalNanos,
                long sourceHigh,
                long sourceLow) {
            boolean same =
                    previous != null
                            && previous.priority == priority
                            && previous.intervalNanos == intervalNanos
                            && previous.sourceHigh == sourceHigh
                            && previous.sourceLow == sourceLow;
            return previous != null && same
                    ? previous
                    : new AdvertReceived(priority, intervalNanos, sourceHigh, sourceLow);
        }
    }

    /**
     * Another machine says that a VIP is its own.
     *
     * @param mac who says so, 48 bits, not 0
     * @param solicited whether it answers {@link Action.Probe}; else it began by itself
     */
    record VipClaimed(long mac, boolean solicited) implements Event {}

    /**
     * The effective priority is another one: a tracker's weight, or new configuration.
     *
     * @param priority 1 to 255
     */
    record PriorityChanged(int priority) implements Event {
        /**
         * Checks the range.
         *
         * @throws IllegalArgumentException if it is not 1 to 255
         */
        public PriorityChanged {
            if (priority < 1 || priority > 255) {
                throw new IllegalArgumentException("priority " + priority + ": must be 1 to 255");
            }
        }
    }

    /** The interface's own address, which the tie-break compares, is another one. */
    record SourceAddressChanged(IpAddress source) implements Event {}

    /** Something makes it impossible to take part. */
    record FaultRaised(FaultReason reason) implements Event {}

    /** It no longer does. */
    record FaultCleared(FaultReason reason) implements Event {}

    /** Sync group: all members go Active together. */
    record TakeOver() implements Event {}

    /**
     * Sync group: another member stepped down or is not ready; be Backup and wait a full
     * Active_Down_Interval.
     */
    record StepDown() implements Event {}
}
