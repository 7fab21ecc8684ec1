package lb.director.config;

import java.util.List;
import java.util.Map;

/**
 * What moves vrrp_instances from outside, and together. Immutable.
 *
 * @param scripts in the order of the file; no two with the same name
 * @param files in the order of the file; no two with the same name
 * @param groups in the order of the file; no instance in more than one
 * @param instances by the instance's name
 */
public record VrrpTracking(
        List<VrrpScriptEntry> scripts,
        List<TrackFileEntry> files,
        List<SyncGroupEntry> groups,
        Map<String, InstanceTracking> instances) {
    public VrrpTracking {
        scripts = List.copyOf(scripts);
        files = List.copyOf(files);
        groups = List.copyOf(groups);
        instances = Map.copyOf(instances);
    }

    /** What moves one instance. */
    public InstanceTracking of(String instance) {
        return instances.getOrDefault(instance, InstanceTracking.NONE);
    }
}
