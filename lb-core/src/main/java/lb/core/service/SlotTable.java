package lb.core.service;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Scheduler} that deals hash slots to real servers, so that two of them can be compared
 * slot by slot. Any thread.
 */
public interface SlotTable {
    /** How many slots there are. */
    int slots();

    /**
     * Who has slot {@code index}, 0 to {@code slots() - 1}; null in a table without real servers.
     */
    @Nullable RealServer slot(int index);
}
