package lb.vrrp.speaker;

import lb.core.wire.MacAddress;
import lb.vrrp.wire.AddressClaim;
import lb.vrrp.wire.IpFamily;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts who else says that the VIP of one Active is its own, and tells the operator at a limited
 * rate (RFC 5227 section 2.4 c). Owned by the speaker's thread.
 */
final class ClaimLog {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimLog.class);

    private final RateLimit limit = new RateLimit();
    private long claims;
    private long malformed;

    /** Counts a frame; whether it is a claim to be answered. */
    boolean count(AddressClaim.Verdict verdict) {
        if (verdict == AddressClaim.Verdict.MALFORMED) {
            malformed++;
            return false;
        }
        claims++;
        return true;
    }

    /** Tells of one that was counted, and what follows. */
    void tell(VrrpInstance instance, long mac, long nowNanos) {
        if (limit.allows(nowNanos)) {
            LOG.warn(
                    "({}) {} says that it has VIP {}, which is ours: {}. After a healed split brain"
                            + " this ends by itself; if it goes on, another machine has this address,"
                            + " or it is a real server's and {}{}",
                    instance.name(),
                    MacAddress.text(mac),
                    instance.probedVip(),
                    instance.router().announcements().lowerPriorityRepeat() > 0
                            ? "unless a stronger router is heard, all of ours are announced again,"
                                    + " ever more seldom while this goes on"
                            : "nothing is announced (garp_lower_prio_repeat 0 or vrrp_strict)",
                    instance.format().family() == IpFamily.IPV4
                            ? "there sysctl net.ipv4.conf.all.arp_ignore=1 and arp_announce=2 are"
                                    + " missing"
                            : "stands there on another interface than lo",
                    limit.leftOut());
        }
    }

    /** Claims by others. */
    long claims() {
        return claims;
    }

    /** Claims that broke the rules. */
    long malformed() {
        return malformed;
    }
}
