package lb.director.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a swap of the scheduler would change. Immutable; any thread. Established connections stay
 * where they are in any case: their count here says how many would be elsewhere if they came anew.
 *
 * @param service such as {@code TCP 10.0.205.100:80}
 * @param from the scheduler now
 * @param to the one tried
 * @param slots hash slots of both; null where they have no table in common
 * @param slotsMoved of them, those with another real server
 * @param keys client addresses that were sampled; null where one of the two does not choose by them
 * @param keysMoved of them, those with another real server
 * @param connections live ones of the service
 * @param connectionsElsewhere of them, those that would be elsewhere; null where the new scheduler
 *     does not choose by client
 * @param warnings of the new scheduler about the weights
 */
public record DryRunReport(
        String service,
        String from,
        String to,
        @Nullable Long slots,
        @Nullable Long slotsMoved,
        @Nullable Long keys,
        @Nullable Long keysMoved,
        long connections,
        @Nullable Long connectionsElsewhere,
        List<String> warnings) {}
