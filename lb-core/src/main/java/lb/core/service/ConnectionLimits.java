package lb.core.service;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The limits on new connections of all services, and what has been counted. Replaced by the thread
 * that changes the configuration; asked by all workers, which share what is counted.
 */
public final class ConnectionLimits {
    /** What becomes of a new connection. */
    public enum Admission {
        /** It may be opened. */
        ADMITTED,
        /** The service has enough for now. */
        SERVICE_LIMITED,
        /** The client has enough for now. */
        CLIENT_LIMITED
    }

    /** Limits nothing. */
    static final ConnectionLimits NONE = new ConnectionLimits(Map.of(), null);

    private record Limit(RateLimit rate, AtomicLong paidUpNanos) {}

    private final Map<ServiceKey, Limit> limits;
    private final @Nullable ClientRates clients;

    private ConnectionLimits(Map<ServiceKey, Limit> limits, @Nullable ClientRates clients) {
        this.limits = limits;
        this.clients = clients;
    }

    ConnectionLimits replacedBy(Map<ServiceKey, RateLimit> rates) {
        Map<ServiceKey, Limit> next = new HashMap<>();
        boolean byClient = false;
        for (Map.Entry<ServiceKey, RateLimit> rate : rates.entrySet()) {
            if (rate.getValue().isOn()) {
                Limit former = limits.get(rate.getKey());
                AtomicLong paidUp = former == null ? new AtomicLong() : former.paidUpNanos();
                next.put(rate.getKey(), new Limit(rate.getValue(), paidUp));
                byClient |= rate.getValue().perClient() > 0;
            }
        }
        return new ConnectionLimits(next, byClient ? clientsOrNew() : null);
    }

    private ClientRates clientsOrNew() {
        return clients == null ? new ClientRates() : clients;
    }

    /** The limit of a service. */
    public RateLimit of(ServiceKey service) {
        Limit limit = limits.get(service);
        return limit == null ? RateLimit.NONE : limit.rate();
    }

    /**
     * Counts a new connection, unless it is one too many.
     *
     * @param flow who opens it; valid during the call only
     */
    public Admission admit(ServiceKey service, Flow flow, long nowNanos) {
        if (limits.isEmpty()) {
            return Admission.ADMITTED;
        }
        Limit limit = limits.get(service);
        if (limit == null) {
            return Admission.ADMITTED;
        }
        // The client first: what is refused for its own sake takes nothing from the others.
        if (!admitsClient(service, limit.rate(), flow, nowNanos)) {
            return Admission.CLIENT_LIMITED;
        }
        return admits(limit, nowNanos) ? Admission.ADMITTED : Admission.SERVICE_LIMITED;
    }

    private boolean admitsClient(ServiceKey service, RateLimit rate, Flow flow, long nowNanos) {
        if (rate.perClient() == 0 || clients == null) {
            return true;
        }
        long high = flow.clientHigh();
        // A client has a whole /64 of IPv6 addresses to choose from.
        long low = IpAddress.isIpv4(high, flow.clientLow()) ? flow.clientLow() : 0;
        return clients.admit(service.hashCode(), high, low, rate.perClient(), nowNanos);
    }

    private static boolean admits(Limit limit, long nowNanos) {
        int perSecond = limit.rate().perSecond();
        if (perSecond == 0) {
            return true;
        }
        while (true) {
            long paidUp = limit.paidUpNanos().get();
            long next = PaidUp.after(paidUp, nowNanos, perSecond);
            if (next == PaidUp.REFUSED) {
                return false;
            }
            if (limit.paidUpNanos().compareAndSet(paidUp, next)) {
                return true;
            }
        }
    }
}
