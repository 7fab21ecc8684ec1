package lb.vrrp.speaker;

import java.util.EnumMap;
import lb.core.wire.IpAddress;
import lb.vrrp.wire.AdvertVerdict;
import lb.vrrp.wire.AdvertView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why adverts are dropped, at a limited rate for each reason. Owned by the speaker's thread.
 */
final class DropLog {
    private static final Logger LOG = LoggerFactory.getLogger(DropLog.class);

    private final EnumMap<AdvertVerdict, RateLimit> limits = new EnumMap<>(AdvertVerdict.class);

    void dropped(VrrpInstance instance, AdvertVerdict verdict, AdvertView advert, long nowNanos) {
        if (verdict == AdvertVerdict.NOT_LISTENING) {
            return;
        }
        RateLimit limit = limits.get(verdict);
        if (limit == null) {
            limit = new RateLimit();
            limits.put(verdict, limit);
        }
        if (limit.allows(nowNanos)) {
            LOG.warn(
                    "({}) advert from {} dropped: {}{}",
                    instance.name(),
                    new IpAddress(advert.sourceHigh(), advert.sourceLow()),
                    verdict,
                    limit.leftOut());
        }
    }
}
