package lb.director.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A named pipe for events. Immutable.
 *
 * @param path absolute; no two are the same
 * @param user whose it is, root's or lb's own if nobody is named
 * @param group the group; without one the user's own
 * @param script started with the path as last argument, to read from it
 */
public record FifoEntry(
        Content content,
        Path path,
        Optional<String> user,
        Optional<String> group,
        Optional<ScriptEntry> script) {

    /** Which events are written to it, with the keyword. */
    public enum Content {
        ALL("notify_fifo"),
        VRRP("vrrp_notify_fifo"),
        SERVICES("lvs_notify_fifo");

        private final String keyword;

        Content(String keyword) {
            this.keyword = keyword;
        }

        /** keepalived's keyword. */
        public String keyword() {
            return keyword;
        }

        /** Whether it has the events of virtual routers. */
        public boolean hasRouters() {
            return this != SERVICES;
        }
    }
}
