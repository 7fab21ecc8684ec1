package lb.core.linux;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's answer to "how do I reach this address". Immutable; any thread.
 *
 * @param linkIndex the interface to send out of
 * @param nextHop whose MAC address to send to: the gateway, or the destination itself when it is on
 *     the link
 * @param source the address that the host would send from; null when the kernel names none
 * @param isLocal whether the destination is an address of this host
 */
public record Route(
        int linkIndex, InetAddress nextHop, @Nullable InetAddress source, boolean isLocal) {}
