package lb.director.daemon;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lb.core.service.ClassifierRule;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.director.config.DirectorSettings;
import lb.director.control.ControlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a running director cannot take up, be it by reload or by command. Stateless; any thread. */
final class RunningLimits {
    private static final Logger LOG = LoggerFactory.getLogger(RunningLimits.class);

    private RunningLimits() {}

    /**
     * Services need the interface that is claimed at the start.
     *
     * @throws IllegalArgumentException when there is none and services are wanted
     */
    static void requireInterface(Interfaces interfaces, boolean forServices) {
        if (forServices && interfaces.isEmpty()) {
            throw new IllegalArgumentException(
                    "this process was started for VRRP alone: virtual_server takes effect at the next start only;"
                            + " with lb { interface … } it takes services at any time");
        }
    }

    /**
     * Commands do not change the rules, so a service of a mark that none gives would stay empty.
     *
     * @param configured the services without what commands changed
     * @throws ControlException naming such a service
     */
    static void requireRules(
            List<ServiceDefinition> wanted,
            List<ServiceDefinition> configured,
            List<ClassifierRule> rules)
            throws ControlException {
        Set<ServiceKey> known = new HashSet<>();
        configured.forEach(service -> known.add(service.key()));
        rules.forEach(rule -> known.add(rule.service()));
        for (ServiceDefinition service : wanted) {
            if (service.key().isMark() && !known.contains(service.key())) {
                throw new ControlException(
                        "no packet gets the mark of "
                                + service.key()
                                + ": rules stand in the configuration (lb { classifier { … } }), which"
                                + " commands do not change");
            }
        }
    }

    /** Says so when a reload brings settings that are read at the start alone. */
    static void warnOfWhatNeedsARestart(DirectorSettings startedWith, DirectorSettings wanted) {
        if (wanted.shortcut() && !startedWith.shortcut()) {
            LOG.warn("shortcut takes effect at the next start: it was off at this one");
        }
        if (wanted.ring() != startedWith.ring()
                || wanted.workers() != startedWith.workers()
                || wanted.spin() != startedWith.spin()
                || wanted.connectionsMax() != startedWith.connectionsMax()
                || wanted.vipLeaseSeconds() != startedWith.vipLeaseSeconds()
                || !wanted.interfaces().equals(startedWith.interfaces())) {
            LOG.warn(
                    "ring, workers, spin, connections_max, vip_lease and interface take effect at the next start only");
        }
    }
}
