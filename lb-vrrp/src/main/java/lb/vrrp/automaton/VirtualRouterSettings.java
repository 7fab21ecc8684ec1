package lb.vrrp.automaton;

import lb.vrrp.wire.VrrpVersion;

/**
 * The keywords of a vrrp_instance that decide its elections. Immutable; any thread.
 *
 * @param version decides the timer arithmetic and whether intervals are learned
 * @param priority {@code priority}, 1 to 255; 255 is the address owner
 * @param advertIntervalNanos {@code advert_int}, as the version can express it
 * @param initialState {@code state}
 * @param preempt whether to replace a weaker Active; false for the keyword that forbids it
 * @param preemptDelayNanos {@code preempt_delay}, 0 to 1000 s
 * @param startupDelayNanos {@code vrrp_startup_delay}, 0 for none
 * @param downTimerAdverts {@code down_timer_adverts}: missed adverts until an Active counts as
 *     down, 1 to 100
 * @param lowerPriorityNoAdvert {@code lower_prio_no_advert}: do not answer a weaker router with an
 *     advert
 * @param higherPrioritySendAdvert {@code higher_prio_send_advert}: one farewell advert on stepping
 *     down, so that the stronger router hears us and announces the VIPs last
 * @param announcements the garp_* keywords
 */
public record VirtualRouterSettings(
        VrrpVersion version,
        int priority,
        long advertIntervalNanos,
        InitialState initialState,
        boolean preempt,
        long preemptDelayNanos,
        long startupDelayNanos,
        int downTimerAdverts,
        boolean lowerPriorityNoAdvert,
        boolean higherPrioritySendAdvert,
        AnnouncementSettings announcements) {
    static final int PRIORITY_OWNER = 255;
    private static final long SECOND = 1_000_000_000L;
    private static final long MAX_PREEMPT_DELAY_NANOS = 1000 * SECOND;

    /**
     * Checks values and combinations.
     *
     * @throws IllegalArgumentException naming the keyword, the value and what to do
     */
    public VirtualRouterSettings {
        require(
                priority >= 1 && priority <= PRIORITY_OWNER,
                "priority " + priority + ": must be 1 to 255");
        int units = version.intervalUnits(advertIntervalNanos);
        assert units > 0;
        require(
                preemptDelayNanos >= 0 && preemptDelayNanos <= MAX_PREEMPT_DELAY_NANOS,
                "preempt_delay " + preemptDelayNanos / 1e9 + " s: must be 0 to 1000");
        require(startupDelayNanos >= 0, "vrrp_startup_delay: must not be negative");
        require(
                downTimerAdverts >= 1 && downTimerAdverts <= 100,
                "down_timer_adverts " + downTimerAdverts + ": must be 1 to 100");
        boolean patient = !preempt || preemptDelayNanos > 0;
        require(
                preempt || preemptDelayNanos == 0,
                "nopreempt and preempt_delay exclude each other: remove one of them");
        require(
                priority != PRIORITY_OWNER || !patient,
                "priority 255: the address owner always preempts; remove nopreempt and preempt_delay");
        require(
                initialState != InitialState.MASTER || !patient,
                "state MASTER: does not go with nopreempt or preempt_delay; write state BACKUP");
    }

    /**
     * Starts with keepalived's defaults: priority 100, 1 s, preemption, 3 adverts; and with a
     * farewell advert.
     */
    public static Builder of(VrrpVersion version) {
        return new Builder(version);
    }

    /** The same with another priority, 1 to 255. */
    public VirtualRouterSettings withPriority(int other) {
        return new VirtualRouterSettings(
                version,
                other,
                advertIntervalNanos,
                initialState,
                preempt,
                preemptDelayNanos,
                startupDelayNanos,
                downTimerAdverts,
                lowerPriorityNoAdvert,
                higherPrioritySendAdvert,
                announcements);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Collects the settings of one virtual router. Owned by the thread that configures. */
    public static final class Builder {
        private final VrrpVersion version;
        private int priority = 100;
        private long advertIntervalNanos = SECOND;
        private InitialState initialState = InitialState.UNSTATED;
        private boolean preempt = true;
        private long preemptDelayNanos;
        private long startupDelayNanos;
        private int downTimerAdverts = 3;
        private boolean lowerPriorityNoAdvert;
        private boolean higherPrioritySendAdvert = true;
        private AnnouncementSettings announcements = AnnouncementSettings.defaults();

        private Builder(VrrpVersion version) {
            this.version = version;
        }

        /** Sets {@code priority}, 1 to 255. */
        public Builder priority(int value) {
            priority = value;
            return this;
        }

        /** Sets {@code advert_int}, in nanoseconds. */
        public Builder advertIntervalNanos(long value) {
            advertIntervalNanos = value;
            return this;
        }

        /** Sets {@code state}. */
        public Builder initialState(InitialState value) {
            initialState = value;
            return this;
        }

        /** Sets {@code nopreempt} if false. */
        public Builder preempt(boolean value) {
            preempt = value;
            return this;
        }

        /** Sets {@code preempt_delay}, in nanoseconds. */
        public Builder preemptDelayNanos(long value) {
            preemptDelayNanos = value;
            return this;
        }

        /** Sets {@code vrrp_startup_delay}, in nanoseconds. */
        public Builder startupDelayNanos(long value) {
            startupDelayNanos = value;
            return this;
        }

        /** Sets {@code down_timer_adverts}, 1 to 100. */
        public Builder downTimerAdverts(int value) {
            downTimerAdverts = value;
            return this;
        }

        /** Sets {@code lower_prio_no_advert}. */
        public Builder lowerPriorityNoAdvert(boolean value) {
            lowerPriorityNoAdvert = value;
            return this;
        }

        /** Sets {@code higher_prio_send_advert}; on unless set. */
        public Builder higherPrioritySendAdvert(boolean value) {
            higherPrioritySendAdvert = value;
            return this;
        }

        /** Sets the garp_* keywords. */
        public Builder announcements(AnnouncementSettings value) {
            announcements = value;
            return this;
        }

        /**
         * Checks everything.
         *
         * @throws IllegalArgumentException naming the keyword, the value and what to do
         */
        public VirtualRouterSettings build() {
            return new VirtualRouterSettings(
                    version,
                    priority,
                    advertIntervalNanos,
                    initialState,
                    preempt,
                    preemptDelayNanos,
                    startupDelayNanos,
                    downTimerAdverts,
                    lowerPriorityNoAdvert,
                    higherPrioritySendAdvert,
                    announcements);
        }
    }
}
