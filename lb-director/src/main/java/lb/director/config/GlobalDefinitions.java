package lb.director.config;

import org.jspecify.annotations.Nullable;

/**
 * What {@code global_defs} says. Immutable.
 *
 * @param routerId this director's name; without {@code router_id} the config id (short host name)
 * @param defaultInterface the interface for whatever names none, or null
 * @param vrrpThread how urgent the thread that speaks VRRP is
 */
public record GlobalDefinitions(
        String routerId, @Nullable String defaultInterface, VrrpThread vrrpThread) {

    /** With the defaults for the thread. */
    public GlobalDefinitions(String routerId, @Nullable String defaultInterface) {
        this(routerId, defaultInterface, VrrpThread.DEFAULT);
    }

    /**
     * {@code vrrp_rt_priority} and {@code vrrp_priority}.
     *
     * @param realtimePriority 1 to 99, 0 for an ordinary thread
     * @param nice −20 to 19
     */
    public record VrrpThread(int realtimePriority, int nice) {
        /** Real-time, just above every ordinary thread. */
        public static final VrrpThread DEFAULT = new VrrpThread(1, 0);
    }
}
