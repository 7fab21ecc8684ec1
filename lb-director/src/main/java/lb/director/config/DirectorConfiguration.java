package lb.director.config;

import java.util.List;

/**
 * A whole configuration without errors. Immutable.
 *
 * @param virtualServers in the order of the file; no two with the same address, port and protocol
 */
public record DirectorConfiguration(
        GlobalDefinitions globals, DirectorSettings settings, List<VirtualServer> virtualServers) {

    public DirectorConfiguration {
        virtualServers = List.copyOf(virtualServers);
    }
}
