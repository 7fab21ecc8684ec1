package lb.director.cli;

import java.util.Locale;
import lb.director.control.ServiceReport;

/** What ipvsadm writes behind a service's scheduler. Stateless; any thread. */
final class ServiceText {
    private ServiceText() {}

    /** Scheduler flags, persistence, one-packet scheduling; empty, or with a space before it. */
    static String flags(ServiceReport service) {
        StringBuilder text = new StringBuilder();
        if (!service.flags().isEmpty()) {
            text.append(" (").append(String.join(",", service.flags())).append(')');
        }
        if (service.persistenceSeconds() > 0) {
            text.append(" persistent ").append(service.persistenceSeconds());
            String mask = mask(service);
            text.append(mask.isEmpty() ? "" : " mask " + mask);
        }
        if (service.onePacket()) {
            text.append(" ops");
        }
        return text.toString();
    }

    /**
     * A netmask for IPv4, a prefix length for IPv6, nothing where every address is a client of its
     * own.
     */
    static String mask(ServiceReport service) {
        int bits = service.persistencePrefixLength();
        if (!Endpoint.isIpv4(service.address())) {
            return bits == 128 ? "" : String.valueOf(bits);
        }
        if (bits == 32) {
            return "";
        }
        int mask = bits == 0 ? 0 : -1 << (32 - bits);
        return String.format(
                Locale.ROOT,
                "%d.%d.%d.%d",
                mask >>> 24,
                mask >>> 16 & 0xff,
                mask >>> 8 & 0xff,
                mask & 0xff);
    }
}
