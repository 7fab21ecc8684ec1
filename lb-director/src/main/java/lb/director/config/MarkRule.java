package lb.director.config;

import java.net.InetAddress;
import lb.director.config.syntax.Location;
import org.jspecify.annotations.Nullable;

/**
 * One rule of {@code lb { classifier { ... } }}: which packets get a mark. A block {@code mark N}
 * yields one of these for each combination of what its lines name. Immutable.
 *
 * @param mark 1 to 2147483647
 * @param source the first address of the clients' network
 * @param sourcePrefixLength leading bits of the source that count
 * @param destination the VIP, of the same family
 * @param protocol null = all
 * @param firstPort 0 to 65535
 * @param lastPort not below firstPort
 * @param location where its mark stands
 */
public record MarkRule(
        int mark,
        InetAddress source,
        int sourcePrefixLength,
        InetAddress destination,
        @Nullable Protocol protocol,
        int firstPort,
        int lastPort,
        Location location) {}
