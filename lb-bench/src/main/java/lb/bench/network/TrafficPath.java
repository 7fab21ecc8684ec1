package lb.bench.network;

import java.util.Arrays;
import java.util.List;
import lb.bench.pps.Programs;
import org.jspecify.annotations.Nullable;

/**
 * How requests come from the client to the real server; answers always go straight back. Immutable;
 * any thread. A new ring of lb's needs a line here.
 */
public enum TrafficPath {
    /** Through the director with its receive ring v2. */
    LB_V2("lb-v2", "v2"),

    /** Through the director with its receive ring v3. */
    LB_V3("lb-v3", "v3"),

    /** Through the director with the receive ring that changes over by itself. */
    LB_AUTO("lb-auto", "auto"),

    /** As {@link #LB_V2}, but every frame goes through the director's worker. */
    LB_NO_SHORTCUT("lb-no-shortcut", "v2"),

    /** Through the kernel's own direct routing, an nftables rule without state. */
    NFTABLES("nftables", null),

    /** From host to host; the switch alone is between them. */
    DIRECT("direct", null);

    /** All of them, in the order of a round. */
    public static final List<TrafficPath> ALL = Arrays.asList(values());

    /** Those that small frames take: the shortcut is for large ones. */
    public static final List<TrafficPath> OF_SMALL_FRAMES =
            ALL.stream().filter(TrafficPath::hasShortcut).toList();

    private final String title;
    private final @Nullable String ring;

    TrafficPath(String title, @Nullable String ring) {
        this.title = title;
        this.ring = ring;
    }

    /** Which ring lb uses; null when the way does not lead through lb. */
    @Nullable String ring() {
        return ring;
    }

    /** Whether lb may have the kernel hand large frames on. */
    boolean hasShortcut() {
        return this != LB_NO_SHORTCUT;
    }

    /** Whether it is not lb, so that a run goes on without it. */
    boolean isPeer() {
        return ring == null;
    }

    /** Why it cannot be used on this machine; null when nothing is missing. */
    @Nullable String missing() {
        return this == NFTABLES ? Programs.missing("nft", "nftables") : null;
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return title;
    }
}
