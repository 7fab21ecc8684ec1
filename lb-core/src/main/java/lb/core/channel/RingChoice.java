package lb.core.channel;

import java.util.List;
import lb.core.linux.Errno;
import lb.core.linux.KernelException;
import lb.core.linux.KernelRelease;
import lb.core.linux.PacketInterface;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens adaptive rings, or V2 rings where the kernel lacks what those need, and says so. Stateless;
 * any thread.
 */
final class RingChoice {
    private static final Logger LOG = LoggerFactory.getLogger(RingChoice.class);

    private RingChoice() {}

    /** One ring for each worker; the options have a rule of change. */
    static List<ReceiveRing> open(
            PacketInterface link, int workers, PacketChannelOptions options, KernelRelease kernel) {
        // Before, a fanout group also gets a copy of every frame that the host itself sends, and of
        // those that the shortcut hands on.
        if (!kernel.isAtLeast(5, 17)) {
            LOG.info(
                    "ring auto on {} is ring v2: it needs Linux 5.17, this is {}",
                    link.name(),
                    kernel);
            return ReceiveRing.openWorkers(link, workers, options.steady());
        }
        try {
            return List.copyOf(AdaptiveRing.open(link, workers, options));
        } catch (KernelException e) {
            if (e.errno() == Errno.EPERM) {
                throw e;
            }
            LOG.warn("ring auto on {} is ring v2: {}", link.name(), e.summary());
            return ReceiveRing.openWorkers(link, workers, options.steady());
        }
    }
}
