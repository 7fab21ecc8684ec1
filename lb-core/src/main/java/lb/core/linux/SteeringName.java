package lb.core.linux;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The name of a steering filter, as {@code tc filter show} tells it: {@code
 * lb-steering/PID-RANDOM}, with {@code +clsact} behind it when lb made the qdisc. Immutable; any
 * thread.
 *
 * @param instance PID-RANDOM: tells one filter of ours from another
 * @param madeClsact whether the qdisc goes with the last of our filters
 */
record SteeringName(String instance, boolean madeClsact) {
    private static final String PREFIX = "lb-steering/";
    private static final String MADE_CLSACT = "+clsact";
    private static final int MAX_LENGTH = 80;

    /** A name that nobody has yet. */
    static SteeringName fresh(boolean madeClsact) {
        String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
        return new SteeringName(ProcessHandle.current().pid() + "-" + random, madeClsact);
    }

    /** The name of one of our filters; empty for anybody else's. */
    static Optional<SteeringName> of(TrafficFilter filter) {
        String name = filter.name();
        if (!name.startsWith(PREFIX) || name.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        boolean madeClsact = name.endsWith(MADE_CLSACT);
        int end = name.length() - (madeClsact ? MADE_CLSACT.length() : 0);
        return Optional.of(new SteeringName(name.substring(PREFIX.length(), end), madeClsact));
    }

    /** What its owner holds while it lives. */
    String mark() {
        return PREFIX + instance;
    }

    @Override
    public String toString() {
        return mark() + (madeClsact ? MADE_CLSACT : "");
    }
}
