package lb.core.director;

import lb.core.channel.FrameBatch;
import lb.core.connection.FlowIndex;
import lb.core.wire.Memory;

/**
 * The frames of a batch, or of a part of it, as they were read: all of them before the first is
 * decided, so that what one has to wait for in memory is fetched while others wait for theirs.
 * Reusable; owned by one worker.
 */
final class Arrivals {
    /** Frames that it takes at once: as many as a channel's batch has. */
    static final int CAPACITY = FlowIndex.MOST_AHEAD;

    private final Arrival[] arrivals = new Arrival[CAPACITY];
    private final int[] hashes = new int[CAPACITY];

    Arrivals() {
        for (int i = 0; i < CAPACITY; i++) {
            arrivals[i] = new Arrival();
        }
    }

    /**
     * Reads the frames of {@code batch} from {@code first} on.
     *
     * @param most at most so many, {@value #CAPACITY} or fewer
     * @return how many; they are numbered from 0 on here
     */
    int read(FrameBatch batch, int first, Ingress ingress, int most) {
        int count = Math.min(batch.size() - first, most);
        for (int i = 0; i < count; i++) {
            long frame = Memory.known(batch.address(first + i));
            hashes[i] = arrivals[i].read(frame, batch.length(first + i), ingress);
        }
        return count;
    }

    Arrival get(int index) {
        return arrivals[index];
    }

    /** The hashes of the flows; 0 where a frame has none. */
    int[] hashes() {
        return hashes;
    }
}
