package lb.core.service;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Up to when each client has paid for its connections: a table of fixed size, in which a client has
 * a few places to be. Any thread; two that count the same client at once may count one connection
 * too few.
 *
 * <p>What is over needs no place. When all places of a client are taken, the one that is over
 * soonest goes: so a flood from random addresses drives out its like, not those that connect often.
 */
final class ClientRates {
    /** Rows of one word for who and one for when: 2 MB. */
    private static final int ROWS = 1 << 17;

    private static final int PLACES = 8;

    private final SecretHash secret = SecretHash.random();

    private final AtomicLongArray words = new AtomicLongArray(ROWS * 2);

    /** Counts a connection, unless it is one too many. */
    boolean admit(int service, long high, long low, int perSecond, long nowNanos) {
        long client = secret.hash(low, secret.hash(high, service));
        int first = (int) (client >>> 40) & (ROWS - PLACES);
        int best = first;
        long least = Long.MAX_VALUE;
        for (int row = first; row < first + PLACES; row++) {
            long ahead = PaidUp.ahead(words.getOpaque(row * 2 + 1), nowNanos);
            if (words.getOpaque(row * 2) == client) {
                return admit(row, ahead + nowNanos, perSecond, nowNanos);
            }
            if (ahead < least) {
                least = ahead;
                best = row;
            }
        }
        words.setOpaque(best * 2, client);
        return admit(best, nowNanos, perSecond, nowNanos);
    }

    private boolean admit(int row, long paidUpNanos, int perSecond, long nowNanos) {
        long next = PaidUp.after(paidUpNanos, nowNanos, perSecond);
        if (next == PaidUp.REFUSED) {
            return false;
        }
        words.setOpaque(row * 2 + 1, next);
        return true;
    }
}
