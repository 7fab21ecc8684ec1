package lb.core.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The rules that give packets a mark, found by destination; of those of one destination the first
 * that fits counts. Immutable; any thread.
 *
 * <p>Stands for what netfilter does in front of IPVS: here no frame passes netfilter.
 */
public final class Classifier {
    /** Gives no mark. */
    static final Classifier NONE = new Classifier(List.of());

    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    /** The rules of one destination. */
    private record Rules(IpAddress destination, List<ClassifierRule> inOrder) {
        int mark(long sourceHigh, long sourceLow, int protocolNumber, int port) {
            // By index: an iterator would be made for each frame.
            for (int i = 0; i < inOrder.size(); i++) {
                ClassifierRule rule = inOrder.get(i);
                if (rule.matches(sourceHigh, sourceLow, protocolNumber, port)) {
                    return rule.mark();
                }
            }
            return 0;
        }
    }

    private final List<ClassifierRule> rules;
    private final @Nullable Rules[] slots;
    private final int mask;

    Classifier(List<ClassifierRule> rules) {
        this.rules = List.copyOf(rules);
        Map<IpAddress, List<ClassifierRule>> byDestination = new HashMap<>();
        for (ClassifierRule rule : rules) {
            byDestination.computeIfAbsent(rule.destination(), _ -> new ArrayList<>()).add(rule);
        }
        int size = Integer.highestOneBit(Math.max(2, byDestination.size() * 2 - 1)) * 2;
        slots = new Rules[size];
        mask = size - 1;
        byDestination.forEach((destination, of) -> {
            int slot = slot(destination.high(), destination.low());
            while (slots[slot] != null) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = new Rules(destination, List.copyOf(of));
        });
    }

    private int slot(long high, long low) {
        long hash = (low ^ Long.rotateLeft(high, 32)) * MIX;
        return (int) (hash >>> 32) & mask;
    }

    private @Nullable Rules rulesOf(long high, long low) {
        for (int slot = slot(high, low); ; slot = (slot + 1) & mask) {
            Rules found = slots[slot];
            if (found == null
                    || (found.destination().low() == low && found.destination().high() == high)) {
                return found;
            }
        }
    }

    /** The mark of a packet, or 0. */
    int mark(long sourceHigh, long sourceLow, long high, long low, int protocolNumber, int port) {
        Rules found = rulesOf(high, low);
        return found == null ? 0 : found.mark(sourceHigh, sourceLow, protocolNumber, port);
    }

    /** Whether the gate of a destination is open. */
    boolean isOpen(long high, long low) {
        Rules found = rulesOf(high, low);
        return found != null && found.inOrder().getFirst().gate().isOpen();
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    /** All rules in their order. */
    public List<ClassifierRule> rules() {
        return rules;
    }
}
