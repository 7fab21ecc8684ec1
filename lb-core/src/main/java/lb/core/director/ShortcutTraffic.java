package lb.core.director;

import lb.core.connection.Connection;
import lb.core.service.VirtualService;

/**
 * What the kernel has handed on of one connection since it was last told. Immutable; any thread.
 *
 * @param in the interface where it came in
 * @param out the interface where it left
 * @param packets frames, large or not
 * @param bytes from the IP header on
 */
record ShortcutTraffic(
        Connection connection, VirtualService service, int in, int out, long packets, long bytes) {}
