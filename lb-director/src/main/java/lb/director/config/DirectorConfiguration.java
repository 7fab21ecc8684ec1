package lb.director.config;

import java.util.List;

/**
 * A whole configuration without errors. Immutable.
 *
 * @param virtualServers in the order of the file; no two with the same address, port and protocol
 * @param classifier in the order of the file: the first rule that fits counts
 * @param vrrpInstances in the order of the file; no two with the same name, virtual router or VIP
 * @param vrrpTracking what moves these from outside, and together
 * @param notifications who is told of what happens
 */
public record DirectorConfiguration(
        GlobalDefinitions globals,
        DirectorSettings settings,
        List<VirtualServer> virtualServers,
        List<MarkRule> classifier,
        List<VrrpInstanceEntry> vrrpInstances,
        VrrpTracking vrrpTracking,
        Notifications notifications) {

    public DirectorConfiguration {
        virtualServers = List.copyOf(virtualServers);
        classifier = List.copyOf(classifier);
        vrrpInstances = List.copyOf(vrrpInstances);
    }
}
