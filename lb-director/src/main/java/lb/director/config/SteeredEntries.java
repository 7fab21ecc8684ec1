package lb.director.config;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lb.director.config.syntax.Location;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the host has to give up to the director: each VIP, protocol and port by itself. Owned
 * by the reading thread.
 */
final class SteeredEntries {
    /** As many as the steering filter holds. */
    static final int MAXIMUM = 65_536;

    private static final int LAST_PORT = 65_535;

    private record Entry(InetAddress address, Protocol protocol, int port) {}

    private record Range(InetAddress address, @Nullable Protocol protocol, int first, int last) {}

    private final Set<Entry> entries = new HashSet<>();
    private final Set<Range> ranges = new HashSet<>();

    private final Set<Long> marks = new HashSet<>();

    private SteeredEntries() {}

    /** An error at the first line that is too much. */
    static void check(List<VirtualServer> services, List<MarkRule> rules, Reading reading) {
        Location tooMuch = new SteeredEntries().tooMuch(services, rules);
        if (tooMuch != null) {
            reading.error(
                    tooMuch,
                    "more than "
                            + MAXIMUM
                            + " combinations of VIP, protocol and port: the host gives up each by"
                            + " itself; name fewer ports or protocols, or leave port out for all");
        }
    }

    private @Nullable Location tooMuch(List<VirtualServer> services, List<MarkRule> rules) {
        for (VirtualServer service : services) {
            Protocol protocol = service.protocol();
            if (protocol != null && !fits(service.address(), protocol, service.port())) {
                return service.location();
            }
        }
        for (MarkRule rule : rules) {
            if (isActive(rule, services) && !fits(rule)) {
                return rule.location();
            }
        }
        return null;
    }

    private boolean isActive(MarkRule rule, List<VirtualServer> services) {
        if (marks.isEmpty()) {
            services.forEach(service ->
                    marks.add(family(service.mark(), Addresses.isIpv4(service.address()))));
        }
        return marks.contains(family(rule.mark(), Addresses.isIpv4(rule.destination())));
    }

    private static long family(int mark, boolean ipv4) {
        return mark * 2L + (ipv4 ? 0 : 1);
    }

    /** Whatever the source, of which there may be thousands for the same ports. */
    private boolean fits(MarkRule rule) {
        boolean allPorts = rule.firstPort() <= 1 && rule.lastPort() == LAST_PORT;
        Range range =
                new Range(
                        rule.destination(),
                        rule.protocol(),
                        allPorts ? 0 : rule.firstPort(),
                        allPorts ? 0 : rule.lastPort());
        if (!ranges.add(range)) {
            return true;
        }
        for (Protocol protocol : Protocol.values()) {
            if (range.protocol() != null && range.protocol() != protocol) {
                continue;
            }
            for (int port = range.first(); port <= range.last(); port++) {
                if (!fits(range.address(), protocol, port)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The filter also has one entry for the fragments of each VIP and protocol. */
    private boolean fits(InetAddress address, Protocol protocol, int port) {
        entries.add(new Entry(address, protocol, port));
        entries.add(new Entry(address, protocol, 0));
        return entries.size() <= MAXIMUM;
    }
}
