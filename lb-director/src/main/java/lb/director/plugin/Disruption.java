package lb.director.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.service.Flow;
import lb.core.service.Protocol;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.Scheduler;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;

/**
 * How many clients get another real server when one of equal weight leaves. Immutable; any thread.
 *
 * @param moved share of all clients that moved, mean over the real servers that left
 * @param needless share of all clients that moved although theirs stayed, mean
 * @param worst the same, for the one whose leaving moved most
 * @param lightest share of the real server with the fewest clients, 1 = exactly its part
 * @param heaviest share of the one with the most
 */
record Disruption(double moved, double needless, double worst, double lightest, double heaviest) {
    private static final ServiceKey KEY =
            new ServiceKey(IpAddress.parse("198.51.100.1"), 80, Protocol.TCP);

    /** Real servers that leave, each for itself, at most. */
    private static final int LEAVERS = 10;

    private record Client(long clientLow, int clientPort) implements Flow {
        @Override
        public long clientHigh() {
            return KEY.address().high();
        }

        @Override
        public long serviceHigh() {
            return KEY.address().high();
        }

        @Override
        public long serviceLow() {
            return KEY.address().low();
        }

        @Override
        public int servicePort() {
            return KEY.port();
        }
    }

    /** Has one after the other of {@code count} real servers leave. */
    static Disruption measure(
            SchedulerRegistry registry,
            String scheduler,
            Set<String> flags,
            int count,
            int clients) {
        List<RealServerDefinition> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new RealServerDefinition(IpAddress.ofIpv4(0x0a000001 + i), 80, 1));
        }
        List<Client> asking = clients(clients);
        IpAddress[] before = choices(registry, scheduler, flags, all, asking);
        double moved = 0;
        double needless = 0;
        double worst = 0;
        int leavers = Math.min(LEAVERS, count);
        for (int i = 0; i < leavers; i++) {
            RealServerDefinition gone = all.get((int) ((long) i * count / leavers));
            List<RealServerDefinition> left = new ArrayList<>(all);
            left.remove(gone);
            IpAddress[] after = choices(registry, scheduler, flags, left, asking);
            double changed = 0;
            double spared = 0;
            for (int client = 0; client < clients; client++) {
                boolean differs = !Objects.equals(before[client], after[client]);
                changed += differs ? 1.0 / clients : 0;
                spared += differs && !gone.address().equals(before[client]) ? 1.0 / clients : 0;
            }
            moved += changed / leavers;
            needless += spared / leavers;
            worst = Math.max(worst, changed);
        }
        double part = (double) clients / count;
        List<Long> shares =
                all.stream().map(server -> count(server.address(), before)).sorted().toList();
        return new Disruption(
                moved, needless, worst, shares.getFirst() / part, shares.getLast() / part);
    }

    private static long count(IpAddress address, IpAddress[] choices) {
        long count = 0;
        for (IpAddress choice : choices) {
            count += address.equals(choice) ? 1 : 0;
        }
        return count;
    }

    private static List<Client> clients(int count) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        List<Client> clients = new ArrayList<>();
        long mapped = KEY.address().low() & ~0xffff_ffffL;
        for (int i = 0; i < count; i++) {
            clients.add(
                    new Client(
                            mapped | random.nextInt() & 0xffff_ffffL,
                            random.nextInt(1_024, 65_536)));
        }
        return clients;
    }

    private static IpAddress[] choices(
            SchedulerRegistry registry,
            String scheduler,
            Set<String> flags,
            List<RealServerDefinition> servers,
            List<Client> clients) {
        ServiceDefinition definition = new ServiceDefinition(KEY, scheduler, flags, servers);
        VirtualService service =
                Objects.requireNonNull(
                        ServiceTable.empty(1).replacedBy(List.of(definition), registry).get(KEY));
        Scheduler asked = service.scheduler(0);
        IpAddress[] choices = new IpAddress[clients.size()];
        for (int i = 0; i < choices.length; i++) {
            RealServer chosen = asked.select(clients.get(i));
            choices[i] = chosen == null ? KEY.address() : chosen.address();
        }
        return choices;
    }
}
