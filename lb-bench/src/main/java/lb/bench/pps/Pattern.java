package lb.bench.pps;

import java.util.Arrays;
import java.util.Locale;
import lb.core.wire.Tcp;

/** What the generator sends. Immutable; any thread. */
enum Pattern {
    /** ACKs of a fixed number of flows, in random order. */
    ESTABLISHED(Tcp.ACK, false, 1, 0, 0),

    /** The same in frames of three sizes, 7 to 4 to 1, as in a simple mix of the Internet's. */
    MIXED(Tcp.ACK, false, 7, 4, 1),

    /** ACKs from random addresses and ports: each makes a connection under mh. */
    NEW(Tcp.ACK, true, 1, 0, 0),

    /** SYNs from random addresses and ports: a flood. */
    SYN(Tcp.SYN, true, 1, 0, 0);

    private static final int MIDDLE_BYTES = 594;
    private static final int LONGEST_BYTES = 1514;

    private final int tcpFlags;
    private final boolean randomSources;
    private final int[] frameBytes;

    Pattern(int tcpFlags, boolean randomSources, int shortest, int middle, int longest) {
        this.tcpFlags = tcpFlags;
        this.randomSources = randomSources;
        frameBytes = new int[shortest + middle + longest];
        // Spread over the sequence, so that a ring's batch has all of them.
        Arrays.fill(frameBytes, 0);
        for (int i = 0; i < middle; i++) {
            frameBytes[3 * i + 1] = MIDDLE_BYTES;
        }
        for (int i = 0; i < longest; i++) {
            frameBytes[3 * i + 2] = LONGEST_BYTES;
        }
    }

    /** The TCP flags of every frame. */
    int tcpFlags() {
        return tcpFlags;
    }

    /** Whether sources are random instead of a number of flows. */
    boolean hasRandomSources() {
        return randomSources;
    }

    /** Bytes of frames, to be sent in turn; 0 for the least that there is. */
    int[] frameBytes() {
        return frameBytes.clone();
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
