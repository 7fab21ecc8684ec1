package lb.core.service;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The revision of all that the way of a connection's frames rests on: tables of services, gates,
 * real servers and where they are, ways out. What frames were forwarded by holds as long as the
 * revision is the same. What lets more pass than before need not be told of: frames that were not
 * forwarded are decided anew each time.
 *
 * <p>Any thread. One for the whole process: what is told of too often costs a look-up for each
 * connection, what is not told of is forwarded as before.
 */
public final class Revision {
    private static final AtomicInteger CURRENT = new AtomicInteger(1);

    private Revision() {}

    /** The revision now, never 0; to be asked for before what it is the revision of. */
    public static int current() {
        return CURRENT.get();
    }

    /** Whether this is still the revision, as far as this processor has heard. */
    public static boolean isCurrent(int revision) {
        return CURRENT.getOpaque() == revision;
    }

    /** Tells of a change that has been made. */
    public static void next() {
        CURRENT.updateAndGet(now -> now == -1 ? 1 : now + 1);
    }
}
