package lb.director.daemon;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lb.core.linux.Link;
import lb.core.linux.Rtnetlink;
import lb.core.linux.RtnetlinkMonitor;
import lb.core.wire.MacAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log when interfaces go down and come back, and tells of one that is gone or has
 * become another. Owned by one thread.
 *
 * <p>Asks the kernel only when it has told of a change.
 */
final class LinkWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);

    private final Rtnetlink rtnetlink;
    private final RtnetlinkMonitor monitor = RtnetlinkMonitor.ofLinks();
    private final Map<Link, Boolean> carries = new HashMap<>();
    private boolean changed = true;
    private @Nullable String fatal;

    /** Watches these interfaces, each taken to carry frames until {@link #look} sees otherwise. */
    LinkWatch(Rtnetlink rtnetlink, List<Link> links) {
        this.rtnetlink = rtnetlink;
        links.forEach(link -> carries.put(link, true));
    }

    /**
     * Looks again.
     *
     * @return those that carry frames and did not when it last looked
     */
    Set<Link> look() {
        Set<Link> cameUp = new HashSet<>();
        changed |= !monitor.poll(0).isEmpty();
        if (!changed) {
            return cameUp;
        }
        for (Map.Entry<Link, Boolean> entry : carries.entrySet()) {
            Link link = entry.getKey();
            Optional<Link> now = rtnetlink.link(link.index());
            if (now.isEmpty()) {
                fatal = "interface " + link.name() + " has vanished";
                continue;
            }
            if (now.get().mac() != link.mac()) {
                fatal =
                        "the MAC address of "
                                + link.name()
                                + " has changed from "
                                + MacAddress.text(link.mac())
                                + " to "
                                + MacAddress.text(now.get().mac())
                                + ": start lb again";
            }
            boolean up = now.get().isUp() && now.get().isLowerUp();
            if (entry.setValue(up) == up) {
                continue;
            }
            if (up) {
                cameUp.add(link);
                LOG.info("interface {} is up again", link.name());
            } else {
                LOG.warn(
                        "interface {} {}: nothing is forwarded until it is up again",
                        link.name(),
                        now.get().isUp() ? "has no carrier" : "is down");
            }
        }
        changed = false;
        return cameUp;
    }

    /** Ends the watch; again does nothing. */
    @Override
    public void close() {
        monitor.close();
    }

    /** Why the director cannot go on with them, if so. */
    Optional<String> fatal() {
        return Optional.ofNullable(fatal);
    }
}
