package lb.director.config;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code virtual_ipaddress}. Immutable.
 *
 * @param prefixLength 32 or 128 unless given
 * @param device the interface that it is put on
 * @param broadcast IPv4 only, or null
 * @param label such as {@code eth0:1}, or empty
 * @param scope the kernel's number: 0 global, 200 site, 253 link, 254 host
 */
public record VipAddress(
        InetAddress address,
        int prefixLength,
        String device,
        @Nullable InetAddress broadcast,
        String label,
        int scope) {}
