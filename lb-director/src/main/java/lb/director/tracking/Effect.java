package lb.director.tracking;

import java.util.List;
import lb.director.config.Tracked;

/**
 * What one tracker does to one instance, by keepalived's rules. Immutable; any thread.
 *
 * @param change of the priority
 * @param fault whether the instance cannot take part
 */
record Effect(int change, boolean fault) {
    private static final int OWNER = 255;
    private static final int MOST = 253;
    private static final Effect NONE = new Effect(0, false);

    /**
     * Of a script or an interface. A weight above 0 is added while it is up, one below 0 while it
     * is down; {@code reverse} turns the sign. Weight 0: down is a fault, with {@code reverse} up
     * is.
     */
    static Effect of(Tracked tracked, Health health) {
        int weight = tracked.weight();
        boolean reverse = tracked.reverse();
        if (weight == 0) {
            return new Effect(
                    0, health == Health.UNKNOWN || health == (reverse ? Health.UP : Health.DOWN));
        }
        boolean counts = health == (weight > 0 ? Health.UP : Health.DOWN);
        return counts ? new Effect(reverse ? -weight : weight, false) : NONE;
    }

    /**
     * Of a file. The number times the weight is added, and below −253 it is a fault. Weight 0: any
     * number but 0 is a fault, with {@code reverse} 0 is.
     */
    static Effect of(Tracked tracked, long number) {
        if (tracked.weight() == 0) {
            return new Effect(0, (number != 0) != tracked.reverse());
        }
        long sign = tracked.reverse() ? -1 : 1;
        // Numbers are 32 bits wide, weights less than 9: no overflow.
        long change = sign * tracked.weight() * number;
        return change < -MOST
                ? new Effect(0, true)
                : new Effect((int) Math.min(change, MOST), false);
    }

    /** The base priority and all changes, 1 to 254; that of an address owner never changes. */
    static int priority(int base, List<Effect> effects) {
        if (base == OWNER) {
            return OWNER;
        }
        int sum = base + effects.stream().mapToInt(Effect::change).sum();
        return Math.clamp(sum, 1, OWNER - 1);
    }
}
