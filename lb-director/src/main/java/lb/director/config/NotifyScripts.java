package lb.director.config;

import java.util.Map;
import java.util.Optional;

/**
 * Who one vrrp_instance or vrrp_sync_group tells of its states. Immutable.
 *
 * @param scripts run as they are written
 * @param always {@code notify}: run after these, with the state as arguments
 * @param deletedSaid whether notify_deleted stands there, with a script or without: then a reload
 *     that takes it away is told as DELETED, else as FAULT
 * @param priorityChanges whether fifos hear of another effective priority
 */
public record NotifyScripts(
        Map<NotifyEvent, ScriptEntry> scripts,
        Optional<ScriptEntry> always,
        boolean deletedSaid,
        boolean priorityChanges) {

    /** Nobody. */
    public static final NotifyScripts NONE =
            new NotifyScripts(Map.of(), Optional.empty(), false, false);

    public NotifyScripts {
        scripts = Map.copyOf(scripts);
    }
}
