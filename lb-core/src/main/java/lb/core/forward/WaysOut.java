package lb.core.forward;

import java.util.Arrays;
import lb.core.channel.FrameSink;
import lb.core.service.Revision;
import org.jspecify.annotations.Nullable;

/** A worker's transmit queues by interface. Owned by that worker. */
public final class WaysOut {
    private int[] indexes = {};
    private FrameSink[] sinks = {};

    /** Adds or replaces the way out of an interface. */
    public void put(int interfaceIndex, FrameSink sink) {
        remove(interfaceIndex);
        indexes = Arrays.copyOf(indexes, indexes.length + 1);
        sinks = Arrays.copyOf(sinks, sinks.length + 1);
        indexes[indexes.length - 1] = interfaceIndex;
        sinks[sinks.length - 1] = sink;
    }

    /** Forgets the way out of an interface. */
    public void remove(int interfaceIndex) {
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] == interfaceIndex) {
                int last = indexes.length - 1;
                indexes[i] = indexes[last];
                sinks[i] = sinks[last];
                indexes = Arrays.copyOf(indexes, last);
                sinks = Arrays.copyOf(sinks, last);
                Revision.next();
                return;
            }
        }
    }

    /**
     * The way out of an interface, or null. A director has one or two, so a search in order is the
     * fastest.
     */
    public @Nullable FrameSink find(int interfaceIndex) {
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] == interfaceIndex) {
                return sinks[i];
            }
        }
        return null;
    }

    /** Hands on what is queued everywhere. */
    public void flush() {
        for (FrameSink sink : sinks) {
            sink.flush();
        }
    }
}
