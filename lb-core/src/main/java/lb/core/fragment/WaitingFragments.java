package lb.core.fragment;

import lb.core.channel.FrameBatch;
import lb.core.connection.FlowProbe;
import lb.core.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Later fragments that came before the first of their datagram, copied into memory of our own.
 * Owned by one worker.
 *
 * <p>Bounded in bytes, in frames, in datagrams, for each datagram and in time; when there is no
 * room the oldest datagram goes, so that somebody who sends later fragments alone can shorten the
 * time that others may wait, but not keep them out. The memory is a ring, allocated with the first
 * fragment that has to wait.
 */
public final class WaitingFragments {
    /** Bytes of all frames that wait at once. */
    public static final int MAX_BYTES = 2 << 20;

    /** Frames that wait at once. */
    public static final int MAX_FRAMES = 2048;

    /** Datagrams that wait at once. */
    public static final int MAX_DATAGRAMS = 512;

    /** Frames of one datagram: one of 64 KiB in fragments of 576 bytes has 119. */
    public static final int MAX_FRAMES_OF_ONE = 128;

    /** Bytes of one datagram's frames. */
    public static final int MAX_BYTES_OF_ONE = 128 << 10;

    /** Marks the end of a chain of frames. */
    public static final int NONE = -1;

    /** Expired datagrams forgotten per batch at most, so that no batch waits long. */
    private static final int EXPIRIES_PER_BATCH = 16;

    private final DatagramTable datagrams = new DatagramTable(MAX_DATAGRAMS);
    private final HeldCounters counters = new HeldCounters();
    private long memory;

    // The ring of frames; positions and numbers only ever grow.
    private final @Nullable Datagram[] owners = new Datagram[MAX_FRAMES];
    private final long[] positions = new long[MAX_FRAMES];
    private final int[] lengths = new int[MAX_FRAMES];
    private final int[] offsets = new int[MAX_FRAMES];
    private final int[] nexts = new int[MAX_FRAMES];
    private long oldestFrame;
    private long nextFrame;
    private long nextPosition;

    /**
     * Copies a fragment.
     *
     * @param key its datagram's
     * @param offset its place in the datagram
     * @return false when its datagram has as many waiting as one may have
     */
    public boolean hold(FlowProbe key, long frame, int length, int offset, long nowNanos) {
        int bytes = FrameBatch.VNET_HEADER_LENGTH + length;
        if (bytes > MAX_BYTES_OF_ONE) {
            return false;
        }
        makeRoom(bytes);
        Datagram datagram = datagrams.find(key, nowNanos);
        if (datagram == null) {
            datagram = admit(key, nowNanos);
        } else if (datagram.heldFrames == MAX_FRAMES_OF_ONE
                || datagram.heldBytes + bytes > MAX_BYTES_OF_ONE) {
            return false;
        }
        store(datagram, frame, bytes, offset);
        return true;
    }

    private Datagram admit(FlowProbe key, long nowNanos) {
        Datagram expired = datagrams.find(key);
        if (expired != null) {
            discard(expired, HeldFate.EXPIRED);
        }
        Datagram first = datagrams.isFull() ? datagrams.oldest() : null;
        if (first != null) {
            discard(first, HeldFate.DISCARDED);
        }
        return datagrams.add(key, nowNanos);
    }

    /** Finds a stretch of memory in one piece, and a number, for a frame. */
    private void makeRoom(int bytes) {
        if (memory == 0) {
            memory = Memory.allocateForever(MAX_BYTES);
        }
        int place = (int) (nextPosition & MAX_BYTES - 1);
        if (place + bytes > MAX_BYTES) {
            nextPosition += MAX_BYTES - place;
        }
        skipReleased();
        while (oldestFrame < nextFrame
                && (nextFrame - oldestFrame == MAX_FRAMES
                        || nextPosition + bytes - positions[slot(oldestFrame)] > MAX_BYTES)) {
            Datagram owner = owners[slot(oldestFrame)];
            if (owner != null) {
                discard(owner, HeldFate.DISCARDED);
            }
            skipReleased();
        }
    }

    private void skipReleased() {
        while (oldestFrame < nextFrame && owners[slot(oldestFrame)] == null) {
            oldestFrame++;
        }
    }

    private static int slot(long number) {
        return (int) number & MAX_FRAMES - 1;
    }

    private void store(Datagram datagram, long frame, int bytes, int offset) {
        int slot = slot(nextFrame);
        nextFrame++;
        Memory.copy(
                frame - FrameBatch.VNET_HEADER_LENGTH,
                memory + (nextPosition & MAX_BYTES - 1),
                bytes);
        owners[slot] = datagram;
        positions[slot] = nextPosition;
        lengths[slot] = bytes - FrameBatch.VNET_HEADER_LENGTH;
        offsets[slot] = offset;
        nextPosition += bytes;
        datagram.heldFrames++;
        datagram.heldBytes += bytes;
        link(datagram, slot);
    }

    /** Into the datagram's chain, in the order of the offsets. */
    private void link(Datagram datagram, int slot) {
        int before = NONE;
        int after = datagram.firstHeld;
        while (after != NONE && offsets[after] <= offsets[slot]) {
            before = after;
            after = nexts[after];
        }
        nexts[slot] = after;
        if (before == NONE) {
            datagram.firstHeld = slot;
        } else {
            nexts[before] = slot;
        }
    }

    /** The datagram of this key that has fragments waiting, or null. */
    public @Nullable Datagram find(FlowProbe key, long nowNanos) {
        return datagrams.find(key, nowNanos);
    }

    /** The waiting fragment with the lowest offset. */
    public int first(Datagram datagram) {
        return datagram.firstHeld;
    }

    /** The one behind it, or {@link #NONE}. */
    public int next(int held) {
        return nexts[held];
    }

    /** Where its frame starts; valid until {@link #release}. */
    public long frame(int held) {
        return memory + (positions[held] & MAX_BYTES - 1) + FrameBatch.VNET_HEADER_LENGTH;
    }

    /** Bytes of its frame. */
    public int length(int held) {
        return lengths[held];
    }

    /** Frees a datagram's fragments; the caller has counted what became of them. */
    public void release(Datagram datagram) {
        for (int held = datagram.firstHeld; held != NONE; held = nexts[held]) {
            owners[held] = null;
        }
        datagrams.remove(datagram);
    }

    private void discard(Datagram datagram, HeldFate fate) {
        counters.add(fate, datagram.heldFrames);
        release(datagram);
    }

    /** Lets go of datagrams whose time is up; to be called once a batch. */
    public void expire(long nowNanos) {
        for (int i = 0; i < EXPIRIES_PER_BATCH; i++) {
            Datagram first = datagrams.oldest();
            if (first == null || first.endNanos - nowNanos > 0) {
                return;
            }
            discard(first, HeldFate.EXPIRED);
        }
    }

    /** What became of those that waited; may be read by any thread. */
    public HeldCounters counters() {
        return counters;
    }
}
