package lb.core.fragment;

/**
 * Which bytes of a datagram have been seen: tells a duplicate from an overlap, and when all is
 * there. Owned by one worker.
 *
 * <p>It keeps a few separate ranges; fragments so scattered that these do not suffice are no longer
 * followed, and their datagram is forgotten only when its time is up.
 */
final class Coverage {
    /** What a fragment adds. */
    enum Addition {
        /** Bytes not seen before. */
        NEW,
        /** Only bytes that were seen. */
        DUPLICATE,
        /** Some of both, or bytes behind the end (RFC 5722, RFC 8200 section 4.5). */
        OVERLAP
    }

    private static final int RANGES = 8;
    private static final int UNKNOWN = -1;

    private final int[] from = new int[RANGES];
    private final int[] to = new int[RANGES];
    private int ranges;
    private int end = UNKNOWN;
    private boolean tooScattered;

    void clear() {
        ranges = 0;
        end = UNKNOWN;
        tooScattered = false;
    }

    /**
     * Takes a fragment up.
     *
     * @param start its first byte
     * @param stop the byte behind its last
     * @param last whether no more follow
     */
    Addition add(int start, int stop, boolean last) {
        if (end != UNKNOWN && (stop > end || (last && stop != end))) {
            return Addition.OVERLAP;
        }
        if (last) {
            if (ranges > 0 && to[ranges - 1] > stop) {
                return Addition.OVERLAP;
            }
            end = stop;
        }
        return tooScattered ? Addition.NEW : insert(start, stop);
    }

    private Addition insert(int start, int stop) {
        int at = 0;
        while (at < ranges && to[at] < start) {
            at++;
        }
        boolean meetsLower = at < ranges && to[at] == start;
        int next = meetsLower ? at + 1 : at;
        if (!meetsLower && at < ranges && from[at] <= start && stop <= to[at]) {
            return Addition.DUPLICATE;
        }
        if (next < ranges && from[next] < stop) {
            return Addition.OVERLAP;
        }
        boolean meetsUpper = next < ranges && from[next] == stop;
        if (meetsLower && meetsUpper) {
            to[at] = to[next];
            removeAt(next);
        } else if (meetsLower) {
            to[at] = stop;
        } else if (meetsUpper) {
            from[next] = start;
        } else {
            insertAt(at, start, stop);
        }
        return Addition.NEW;
    }

    private void insertAt(int at, int start, int stop) {
        if (ranges == RANGES) {
            tooScattered = true;
            return;
        }
        System.arraycopy(from, at, from, at + 1, ranges - at);
        System.arraycopy(to, at, to, at + 1, ranges - at);
        from[at] = start;
        to[at] = stop;
        ranges++;
    }

    private void removeAt(int at) {
        ranges--;
        System.arraycopy(from, at + 1, from, at, ranges - at);
        System.arraycopy(to, at + 1, to, at, ranges - at);
    }

    /** Whether every byte up to the end was seen. */
    boolean isComplete() {
        return !tooScattered && end != UNKNOWN && ranges == 1 && from[0] == 0 && to[0] == end;
    }
}
