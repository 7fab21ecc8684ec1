package lb.director.daemon;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.connection.ConnectionTable;
import lb.core.service.Faults;
import lb.core.service.Flow;
import lb.core.service.RealServer;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerKind;
import lb.core.service.ServiceKey;
import lb.core.service.SlotTable;
import lb.core.service.VirtualService;
import lb.director.control.ControlException;
import lb.director.control.DryRunReport;

/**
 * Compares the scheduler of a service with another one that serves nobody. Used by one thread; what
 * a plug-in throws comes out as a refusal.
 */
final class DryRun {
    /** Client addresses that are tried where there are no slots to compare. */
    private static final int KEYS = 65_536;

    /** The schedulers over the same table: their slots mean the same clients. */
    private static final Set<String> MAGLEV = Set.of("mh", "mh-bounded");

    private final VirtualService service;
    private final SchedulerKind kind;
    private final Scheduler before;
    private final Scheduler after;

    private DryRun(VirtualService service, SchedulerKind kind, Set<String> flags) {
        this.service = service;
        this.kind = kind;
        before = service.trial(service.schedulerKind(), service.definition().flags());
        after = service.trial(kind, flags);
    }

    /**
     * What a swap would change.
     *
     * @throws ControlException when the scheduler cannot be made, or fails when it is asked
     */
    static DryRunReport of(
            VirtualService service,
            SchedulerKind kind,
            Set<String> flags,
            ConnectionTable connections)
            throws ControlException {
        try {
            return new DryRun(service, kind, flags).report(flags, connections);
        } catch (IllegalArgumentException e) {
            throw new ControlException(String.valueOf(e.getMessage()), e);
        } catch (Throwable e) {
            Faults.rethrowIfFatal(e);
            throw new ControlException(kind + " failed when it was tried: " + Faults.text(e), e);
        }
    }

    private DryRunReport report(Set<String> flags, ConnectionTable connections) {
        boolean table = hasSlotsInCommon();
        boolean keys = kind.keyed() && service.schedulerKind().keyed();
        long[] live = live(connections);
        return new DryRunReport(
                service.key().toString(),
                words(service.schedulerKind().name(), service.definition().flags()),
                words(kind.name(), flags),
                table ? (Long) (long) ((SlotTable) after).slots() : null,
                table ? (Long) slotsMoved() : null,
                keys ? (Long) (long) KEYS : null,
                keys ? (Long) keysMoved() : null,
                live[0],
                kind.keyed() ? (Long) live[1] : null,
                service.warnings(kind, flags));
    }

    private static String words(String name, Set<String> flags) {
        return flags.isEmpty()
                ? name
                : name + " (" + String.join(",", flags.stream().sorted().toList()) + ")";
    }

    private boolean hasSlotsInCommon() {
        SchedulerKind now = service.schedulerKind();
        boolean alike =
                now.isSame(kind) || (MAGLEV.contains(now.name()) && MAGLEV.contains(kind.name()));
        return alike
                && before instanceof SlotTable old
                && after instanceof SlotTable other
                && old.slots() == other.slots();
    }

    private long slotsMoved() {
        SlotTable old = (SlotTable) before;
        SlotTable other = (SlotTable) after;
        long moved = 0;
        for (int slot = 0; slot < old.slots(); slot++) {
            moved += Objects.equals(old.slot(slot), other.slot(slot)) ? 0 : 1;
        }
        return moved;
    }

    private long keysMoved() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(KEYS);
        long moved = 0;
        for (int i = 0; i < KEYS; i++) {
            Flow client = SampledClient.of(service.key(), random);
            moved += Objects.equals(before.select(client), after.select(client)) ? 0 : 1;
        }
        return moved;
    }

    /** Live connections of the service, and how many of them the new scheduler puts elsewhere. */
    private long[] live(ConnectionTable connections) {
        Set<RealServer> ours = new HashSet<>(service.realServers());
        ours.addAll(service.retired());
        long[] counted = new long[2];
        connections.forEach((connection, _) -> {
            if (!connection.isTemplate() && ours.contains(connection.server())) {
                counted[0]++;
                counted[1] += kind.keyed() && !isThere(connection, connection.server()) ? 1 : 0;
            }
        });
        return counted;
    }

    private boolean isThere(Flow connection, RealServer server) {
        return server.equals(after.select(connection));
    }

    /**
     * A client that might come.
     *
     * @param clientHigh of a random address of the VIP's family
     */
    record SampledClient(
            long clientHigh,
            long clientLow,
            int clientPort,
            long serviceHigh,
            long serviceLow,
            int servicePort)
            implements Flow {
        static SampledClient of(ServiceKey key, RandomGenerator random) {
            boolean ipv4 = key.address().isIpv4();
            return new SampledClient(
                    ipv4 ? key.address().high() : 0x2001_0db8_0000_0000L | random.nextInt(1 << 30),
                    ipv4
                            ? key.address().low() & ~0xffff_ffffL | random.nextInt() & 0xffff_ffffL
                            : random.nextLong(),
                    random.nextInt(1_024, 65_536),
                    key.address().high(),
                    key.address().low(),
                    key.port());
        }
    }
}
