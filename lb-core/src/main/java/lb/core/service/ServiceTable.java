package lb.core.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv6;
import org.jspecify.annotations.Nullable;

/**
 * All virtual services at one moment, found by address, protocol and port. Immutable; built by the
 * thread that changes the configuration, read by every worker.
 */
public final class ServiceTable {
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    private final Map<ServiceKey, VirtualService> services;
    private final @Nullable VirtualService[] slots;

    /** Beside each service what it is found by: a search reads no object but the one found. */
    private final long[] slotHighs;

    private final long[] slotLows;
    private final long[] slotSelectors;
    private final int mask;
    private final Set<IpAddress> addresses = new HashSet<>();
    private final @Nullable IpAddress[] addressSlots;

    /** Beside each address the transport protocols that it has services of, as bits. */
    private final int[] addressProtocols;

    private final boolean hasPortZero;

    private final int workers;
    private final Classifier classifier;
    private final boolean classifies;
    private final ConnectionLimits limits;

    private ServiceTable(
            Map<ServiceKey, VirtualService> services,
            int workers,
            Classifier classifier,
            ConnectionLimits limits) {
        this.services = services;
        this.workers = workers;
        this.classifier = classifier;
        classifies = !classifier.isEmpty();
        this.limits = limits;
        int vips = services.size() + classifier.rules().size();
        int size = Integer.highestOneBit(Math.max(4, vips * 4 - 1)) * 2;
        slots = new VirtualService[size];
        slotHighs = new long[size];
        slotLows = new long[size];
        slotSelectors = new long[size];
        addressSlots = new IpAddress[size];
        addressProtocols = new int[size];
        mask = size - 1;
        boolean portZero = false;
        for (VirtualService service : services.values()) {
            if (!service.key().isMark()) {
                insert(service.key().address(), 1 << service.key().protocol().ordinal());
                portZero |= service.key().port() == 0;
            }
            insert(service);
        }
        for (ClassifierRule rule : activeRules()) {
            Protocol protocol = rule.protocol();
            insert(rule.destination(), protocol == null ? ~0 : 1 << protocol.ordinal());
        }
        hasPortZero = portZero;
    }

    /** A table without services. */
    public static ServiceTable empty(int workers) {
        return new ServiceTable(
                new LinkedHashMap<>(), workers, Classifier.NONE, ConnectionLimits.NONE);
    }

    /** The same services under these rules for marks. */
    public ServiceTable classifiedBy(List<ClassifierRule> rules) {
        return new ServiceTable(services, workers, new Classifier(rules), limits);
    }

    /** The same services under these limits; what has been counted stays. */
    public ServiceTable limitedBy(Map<ServiceKey, RateLimit> rates) {
        return new ServiceTable(services, workers, classifier, limits.replacedBy(rates));
    }

    /**
     * The table that follows this one: real servers that stay keep their counters and connections,
     * schedulers go on where they were, real servers that are gone become unavailable. Rules for
     * marks and limits are those of this one. Changes nothing when it throws.
     *
     * @throws IllegalArgumentException when a scheduler is unknown or a service stands there twice
     */
    public ServiceTable replacedBy(
            List<ServiceDefinition> definitions, SchedulerRegistry registry) {
        Map<ServiceKey, SchedulerKind> kinds = new HashMap<>();
        for (ServiceDefinition definition : definitions) {
            if (kinds.put(definition.key(), kind(definition, registry)) != null) {
                throw new IllegalArgumentException(definition.key() + " is defined twice");
            }
        }
        Map<ServiceKey, VirtualService> next = new LinkedHashMap<>();
        try {
            for (ServiceDefinition definition : definitions) {
                SchedulerKind kind = kinds.get(definition.key());
                if (kind != null) {
                    next.put(definition.key(), successor(definition, kind, registry));
                }
            }
        } catch (RuntimeException | LinkageError e) {
            // A scheduler's provider failed: the weights given out so far are taken back.
            services.values().forEach(ServiceTable::restore);
            throw e;
        }
        retireMissing(next);
        return new ServiceTable(next, workers, classifier, limits);
    }

    private static SchedulerKind kind(ServiceDefinition definition, SchedulerRegistry registry) {
        try {
            return registry.require(definition.scheduler(), definition.flags());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(definition.key() + ": " + e.getMessage(), e);
        }
    }

    private VirtualService successor(
            ServiceDefinition definition, SchedulerKind kind, SchedulerRegistry registry) {
        VirtualService current = services.get(definition.key());
        if (current != null
                && current.definition().equals(definition)
                && current.schedulerKind().isSame(kind)) {
            return current;
        }
        List<RealServer> realServers = new ArrayList<>();
        for (RealServerDefinition wanted : definition.realServers()) {
            RealServer known = current == null ? null : find(current, wanted.address());
            if (known == null) {
                realServers.add(new RealServer(wanted, workers));
            } else {
                known.apply(wanted);
                realServers.add(known);
            }
        }
        List<RealServer> retired =
                current == null ? List.of() : retired(current, realServers, definition);
        return new VirtualService(
                definition, kind, registry, realServers, retired, workers, current);
    }

    private static void restore(VirtualService service) {
        for (RealServerDefinition definition : service.definition().realServers()) {
            RealServer server = find(service, definition.address());
            if (server != null) {
                server.apply(definition);
            }
        }
        service.retired().forEach(server -> retire(server, service.definition()));
    }

    private static List<RealServer> retired(
            VirtualService current, List<RealServer> staying, ServiceDefinition definition) {
        return everListed(current)
                .filter(server -> !staying.contains(server))
                .filter(server ->
                        isReferred(server) || definition.leaving().contains(server.address()))
                .toList();
    }

    private static void retire(RealServer server, @Nullable ServiceDefinition from) {
        if (from != null && from.leaving().contains(server.address())) {
            server.leave();
        } else {
            server.remove();
        }
    }

    /** Whether connections or persistence templates name it still. */
    private static boolean isReferred(RealServer server) {
        return server.activeConnections()
                        + server.inactiveConnections()
                        + server.persistenceTemplates()
                > 0;
    }

    private static @Nullable RealServer find(VirtualService service, IpAddress address) {
        return everListed(service)
                .filter(server -> server.address().equals(address))
                .findFirst()
                .orElse(null);
    }

    private static Stream<RealServer> everListed(VirtualService service) {
        return Stream.concat(service.realServers().stream(), service.retired().stream());
    }

    private void retireMissing(Map<ServiceKey, VirtualService> next) {
        for (VirtualService service : services.values()) {
            VirtualService successor = next.get(service.key());
            everListed(service)
                    .filter(server ->
                            successor == null || !successor.realServers().contains(server))
                    .forEach(server ->
                            retire(server, successor == null ? null : successor.definition()));
        }
    }

    private void insert(VirtualService service) {
        ServiceKey key = service.key();
        int slot =
                slot(
                        key.address().high(),
                        key.address().low(),
                        key.protocol().number(),
                        key.selector());
        while (slots[slot] != null) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = service;
        slotHighs[slot] = key.address().high();
        slotLows[slot] = key.address().low();
        slotSelectors[slot] = selector(key.protocol().number(), key.selector());
    }

    private void insert(IpAddress address, int protocols) {
        if (addresses.add(address)) {
            int slot = slot(address.high(), address.low(), 0, 0);
            while (addressSlots[slot] != null) {
                slot = (slot + 1) & mask;
            }
            addressSlots[slot] = address;
        }
        addressProtocols[addressSlot(address.high(), address.low())] |= protocols;
    }

    /**
     * The service that a packet aims at: the one of its mark, else the one of its port, else the
     * one of all ports (port 0).
     *
     * @param clientHigh the client's address, upper half
     * @param clientLow the client's address, lower half
     * @param high the VIP, upper half
     * @param low the VIP, lower half
     * @return null when there is none
     */
    public @Nullable VirtualService find(
            long clientHigh, long clientLow, long high, long low, int protocol, int port) {
        int mark =
                classifies ? classifier.mark(clientHigh, clientLow, high, low, protocol, port) : 0;
        if (mark != 0) {
            long any = IpAddress.isIpv4(high, low) ? IpAddress.mapped(0) : 0;
            VirtualService marked = slots[findExact(0, any, Protocol.FWM.number(), mark)];
            if (marked != null) {
                return marked;
            }
        }
        VirtualService exact = slots[findExact(high, low, protocol, port)];
        return exact != null || !hasPortZero ? exact : slots[findExact(high, low, protocol, 0)];
    }

    /** The slot of the service, or a free one. */
    private int findExact(long high, long low, int protocol, int port) {
        long selector = selector(protocol, port);
        for (int slot = slot(high, low, protocol, port); ; slot = (slot + 1) & mask) {
            if (slots[slot] == null
                    || (slotLows[slot] == low
                            && slotSelectors[slot] == selector
                            && slotHighs[slot] == high)) {
                return slot;
            }
        }
    }

    /** Protocol and port, or protocol and mark. */
    private static long selector(int protocol, int port) {
        return (long) port << 32 | protocol;
    }

    private int slot(long high, long low, int protocol, int port) {
        long hash = (low ^ Long.rotateLeft(high, 32) ^ selector(protocol, port)) * MIX;
        return (int) (hash >>> 32 ^ hash >>> 48) & mask;
    }

    /** Whether a VIP of this service is ours to forward now. */
    public boolean isOpen(VirtualService service, long high, long low) {
        return service.isMarked() ? classifier.isOpen(high, low) : service.isOpen();
    }

    /** The limits on new connections. */
    public ConnectionLimits limits() {
        return limits;
    }

    /** The rules whose mark has a service, in their order. */
    public List<ClassifierRule> activeRules() {
        return classifier.rules().stream()
                .filter(rule -> services.containsKey(rule.service()))
                .toList();
    }

    /** Whether an address is the VIP of a service. */
    public boolean isServiceAddress(long high, long low) {
        return addressSlot(high, low) >= 0;
    }

    /**
     * Whether an address is the VIP of a service of this protocol, whatever its port: all that a
     * packet without ports tells. The number of an IPv6 extension header stands for any protocol.
     */
    public boolean isServiceAddress(long high, long low, int protocol) {
        int slot = addressSlot(high, low);
        if (slot < 0) {
            return false;
        }
        return switch (protocol) {
            case IpProtocol.TCP -> has(slot, Protocol.TCP);
            case IpProtocol.UDP -> has(slot, Protocol.UDP);
            case IpProtocol.SCTP -> has(slot, Protocol.SCTP);
            default -> protocol == IpProtocol.AH || Ipv6.isSkippableExtension(protocol);
        };
    }

    private boolean has(int slot, Protocol protocol) {
        return (addressProtocols[slot] & 1 << protocol.ordinal()) != 0;
    }

    private int addressSlot(long high, long low) {
        for (int slot = slot(high, low, 0, 0); ; slot = (slot + 1) & mask) {
            IpAddress address = addressSlots[slot];
            if (address == null) {
                return -1;
            }
            if (address.low() == low && address.high() == high) {
                return slot;
            }
        }
    }

    /** The VIPs of all services. */
    public Set<IpAddress> addresses() {
        return Set.copyOf(addresses);
    }

    /** The service of exactly this key, or null. */
    public @Nullable VirtualService get(ServiceKey key) {
        return services.get(key);
    }

    /** Ends handovers between schedulers whose time is up. Called about once a second. */
    public void advance(long nowNanos) {
        services.values().forEach(service -> service.advance(nowNanos));
    }

    /** All services, in the order of the configuration. */
    public Collection<VirtualService> services() {
        return List.copyOf(services.values());
    }
}
