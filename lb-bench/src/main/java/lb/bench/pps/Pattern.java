package lb.bench.pps;

import java.util.Locale;
import lb.core.wire.Tcp;

/** What the generator sends. Immutable; any thread. */
enum Pattern {
    /** ACKs of a fixed number of flows, in random order. */
    ESTABLISHED(Tcp.ACK),

    /** SYNs from random addresses and ports. */
    SYN(Tcp.SYN);

    private final int tcpFlags;

    Pattern(int tcpFlags) {
        this.tcpFlags = tcpFlags;
    }

    /** The TCP flags of every frame. */
    int tcpFlags() {
        return tcpFlags;
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
