package lb.director.config;

import java.net.InetAddress;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lb.director.config.syntax.Location;
import org.jspecify.annotations.Nullable;

/**
 * One address, port and protocol with its real servers. A {@code virtual_server group NAME} yields
 * one of these for each address and port of the group. Immutable.
 *
 * @param port 0 means all ports
 * @param mark of {@code virtual_server fwmark N}: then address is the unspecified one of its
 *     family, port 0 and protocol null; else 0
 * @param group the virtual_server_group it comes from, or null
 * @param scheduler a name the caller's predicate knows
 * @param schedulerFlags as written: {@code sh-port sh-fallback mh-port mh-fallback flag-1 flag-2
 *     flag-3}
 * @param onePacket each UDP datagram is scheduled by itself ({@code ops})
 * @param persistence null if off
 * @param limit on new connections
 * @param delayLoopNanos time between health checks
 * @param realServers at least one, no two with the same address
 * @param location where its virtual_server stands
 */
public record VirtualServer(
        InetAddress address,
        int port,
        int mark,
        @Nullable Protocol protocol,
        @Nullable String group,
        String scheduler,
        Set<String> schedulerFlags,
        boolean onePacket,
        @Nullable Persistence persistence,
        RateLimit limit,
        long delayLoopNanos,
        List<RealServerEntry> realServers,
        Location location) {

    public VirtualServer {
        schedulerFlags = Collections.unmodifiableSet(new LinkedHashSet<>(schedulerFlags));
        realServers = List.copyOf(realServers);
    }
}
