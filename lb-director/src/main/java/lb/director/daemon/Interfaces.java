package lb.director.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import lb.core.linux.Errno;
import lb.core.linux.KernelException;
import lb.core.linux.Link;
import lb.core.linux.LivenessMark;
import lb.core.linux.Rtnetlink;
import lb.director.config.DirectorConfiguration;

/**
 * The interfaces on which clients' frames come in, each claimed so that no second director forwards
 * the same frames. Owned by the thread that starts and stops the director.
 */
final class Interfaces implements AutoCloseable {
    /** keepalived's own default where {@code default_interface} is not given. */
    private static final String DEFAULT = "eth0";

    private static final String MARK = "lb-director/";

    private final List<Link> links = new ArrayList<>();
    private final List<LivenessMark> marks = new ArrayList<>();

    private final boolean alone = !isAnyClaimed();

    private Interfaces() {}

    /** Whether a living director has claimed an interface in this network namespace. */
    static boolean isAnyClaimed() {
        return LivenessMark.isAnyTaken(MARK);
    }

    /** Looks the configured interfaces up and claims them. */
    static Interfaces claim(DirectorConfiguration configuration, Rtnetlink rtnetlink) {
        Interfaces interfaces = new Interfaces();
        try {
            for (String name : names(configuration)) {
                interfaces.claim(name, rtnetlink);
            }
            return interfaces;
        } catch (RuntimeException e) {
            interfaces.close();
            throw e;
        }
    }

    private static List<String> names(DirectorConfiguration configuration) {
        if (!configuration.settings().interfaces().isEmpty()) {
            return configuration.settings().interfaces();
        }
        if (configuration.virtualServers().isEmpty() && !configuration.vrrpInstances().isEmpty()) {
            return List.of();
        }
        String named = configuration.globals().defaultInterface();
        return List.of(named == null ? DEFAULT : named);
    }

    private void claim(String name, Rtnetlink rtnetlink) {
        Link link = rtnetlink.link(name).orElseThrow(() -> unknown(name, rtnetlink));
        if (!link.isUp()) {
            throw new StartException("interface " + name + " is down: ip link set " + name + " up");
        }
        try {
            marks.add(LivenessMark.take(MARK + name));
        } catch (KernelException e) {
            if (e.errno() == Errno.EADDRINUSE) {
                throw new StartException(
                        "another lb forwards on interface "
                                + name
                                + " already: stop it first, or name another interface with lb { interface … }");
            }
            throw e;
        }
        links.add(link);
    }

    private static StartException unknown(String name, Rtnetlink rtnetlink) {
        String there = rtnetlink.links().stream().map(Link::name).collect(Collectors.joining(" "));
        return new StartException(
                "there is no interface "
                        + name
                        + " (there are: "
                        + there
                        + "); set global_defs { default_interface … } or lb { interface … }");
    }

    /** Whether no other director lived in this network namespace when these were claimed. */
    boolean wereClaimedAlone() {
        return alone;
    }

    /** Whether there is none: only virtual routers run here. */
    boolean isEmpty() {
        return links.isEmpty();
    }

    /** The first one: the VIPs' interface. */
    Link first() {
        return links.getFirst();
    }

    List<Link> all() {
        return List.copyOf(links);
    }

    @Override
    public void close() {
        marks.forEach(LivenessMark::close);
        marks.clear();
    }
}
