package lb.vrrp.automaton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.AcceptVips;
import lb.vrrp.automaton.Action.CloseGate;
import lb.vrrp.automaton.Action.OpenGate;
import lb.vrrp.automaton.Action.ReleaseVips;
import lb.vrrp.automaton.Action.SendAdvert;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.Event.FaultCleared;
import lb.vrrp.automaton.Event.FaultRaised;
import lb.vrrp.automaton.Event.Shutdown;
import lb.vrrp.automaton.Event.Startup;
import lb.vrrp.automaton.Event.TimerExpired;
import lb.vrrp.wire.AdvertCheck;
import lb.vrrp.wire.AdvertEncoder;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.AdvertVerdict;
import lb.vrrp.wire.AdvertView;
import lb.vrrp.wire.Formats;
import lb.vrrp.wire.NativeFrame;
import lb.vrrp.wire.VrrpVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two or three routers on one simulated link, their adverts encoded, delayed, lost and decoded;
 * virtual time. First chaos: random starts, losses, crashes, faults; then quiet, and exactly one of
 * those alive must be Active.
 */
class ElectionSimulationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long CHAOS_NANOS = 30 * SECOND;
    private static final long QUIET_NANOS = 20 * SECOND;
    private static final long SETTLED_NANOS = CHAOS_NANOS + 12 * SECOND;
    private static final int RUNS = 300;

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void exactlyOneIsActiveOnceTheLinkIsQuiet(int routers) {
        for (long seed = 1; seed <= RUNS; seed++) {
            new Link(seed, routers).run();
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // a frame in flight, compared by nobody
    private record Delivery(long nanos, long order, Station to, byte[] frame) {}

    /** A router and what it does to its host. */
    private static final class Station {
        private final VirtualRouterSettings settings;
        private final IpAddress address;
        private final AdvertEncoder encoder;
        private final AdvertCheck check;
        private VirtualRouter router;
        private boolean alive;
        private boolean faulty;
        private boolean vips;
        private boolean gate;

        Station(VirtualRouterSettings settings, AdvertFormat format, IpAddress address) {
            this.settings = settings;
            this.address = address;
            encoder = new AdvertEncoder(format, address, 2);
            check = new AdvertCheck(format, List.of(address));
            router = new VirtualRouter(settings, address);
        }

        boolean isActive() {
            return alive && router.state() instanceof State.Active;
        }

        @Override
        public String toString() {
            return address + " priority " + settings.priority() + " " + router.state();
        }
    }

    private static final class Link {
        private final long seed;
        private final RandomGenerator random;
        private final List<Station> stations = new ArrayList<>();
        private final PriorityQueue<Delivery> air =
                new PriorityQueue<>(
                        Comparator.comparingLong(Delivery::nanos)
                                .thenComparingLong(Delivery::order));
        private final NativeFrame memory = new NativeFrame();
        private final AdvertView view = new AdvertView();
        private final boolean preempt;
        private long now;
        private long order;

        Link(long seed, int routers) {
            this.seed = seed;
            random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            preempt = random.nextInt(3) > 0;
            boolean version2 = random.nextBoolean();
            for (int i = 1; i <= routers; i++) {
                stations.add(station(i, version2));
            }
        }

        private Station station(int number, boolean version2) {
            long interval = version2 ? SECOND : (1 + random.nextInt(10)) * SECOND / 10;
            VirtualRouterSettings settings =
                    VirtualRouterSettings.of(version2 ? VrrpVersion.V2 : VrrpVersion.V3)
                            .priority(100 + random.nextInt(3) * 50)
                            .advertIntervalNanos(interval)
                            .preempt(preempt)
                            .higherPrioritySendAdvert(random.nextBoolean())
                            .lowerPriorityNoAdvert(random.nextInt(4) == 0)
                            .build();
            AdvertFormat.Builder format = version2 ? Formats.v2() : Formats.v3();
            return new Station(
                    settings,
                    format.advertIntervalNanos(interval).build(),
                    IpAddress.parse("10.9.0." + number * 70));
        }

        void run() {
            long nextTrouble = 0;
            while (now < CHAOS_NANOS + QUIET_NANOS) {
                if (now < CHAOS_NANOS && now >= nextTrouble) {
                    trouble(stations.get(random.nextInt(stations.size())));
                    nextTrouble = now + random.nextLong(3 * SECOND);
                }
                if (now >= CHAOS_NANOS) {
                    stations.forEach(this::repair);
                }
                advance(
                        now < CHAOS_NANOS
                                ? Math.min(nextTrouble, CHAOS_NANOS)
                                : CHAOS_NANOS + QUIET_NANOS);
                stations.forEach(this::checkOwnership);
                if (now >= SETTLED_NANOS) {
                    checkElection();
                }
            }
        }

        private void trouble(Station station) {
            switch (random.nextInt(4)) {
                case 0 -> start(station);
                case 1 -> crash(station);
                case 2 -> {
                    if (station.alive) {
                        tell(station, new Shutdown());
                        station.alive = false;
                    }
                }
                default -> {
                    if (station.alive && !station.faulty) {
                        station.faulty = true;
                        tell(station, new FaultRaised(FaultReason.TRACKED_SCRIPT));
                    }
                }
            }
        }

        private void start(Station station) {
            if (!station.alive) {
                station.router = new VirtualRouter(station.settings, station.address);
                station.alive = true;
                station.faulty = false;
                tell(station, new Startup());
            }
        }

        /** Nothing is said; the lease takes the VIPs. */
        private void crash(Station station) {
            station.alive = false;
            station.vips = false;
            station.gate = false;
        }

        private void repair(Station station) {
            start(station);
            if (station.faulty) {
                station.faulty = false;
                tell(station, new FaultCleared(FaultReason.TRACKED_SCRIPT));
            }
        }

        /**
         * To the next thing that happens, at most to {@code limit}: a delivery first, a timer only
         * then.
         */
        private void advance(long limit) {
            long next = limit;
            for (Station station : stations) {
                if (station.alive) {
                    long left = station.router.nanosToDeadline(now);
                    next = left < next - now ? now + left : next;
                }
            }
            Delivery delivery = air.peek();
            if (delivery != null && delivery.nanos() <= next) {
                air.remove();
                now = Math.max(now, delivery.nanos());
                receive(delivery.to(), delivery.frame());
                return;
            }
            now = next;
            for (Station station : stations) {
                if (station.alive && station.router.nanosToDeadline(now) == 0) {
                    tell(station, new TimerExpired());
                }
            }
        }

        private void receive(Station station, byte[] frame) {
            if (!station.alive) {
                return;
            }
            int length = memory.put(frame);
            assertThat(view.readFrame(memory.address(), length)).isEqualTo(AdvertVerdict.UNCHECKED);
            assertThat(station.check.check(view)).isEqualTo(AdvertVerdict.ACCEPTED);
            tell(
                    station,
                    new AdvertReceived(
                            view.priority(),
                            view.intervalNanos(),
                            view.sourceHigh(),
                            view.sourceLow()));
        }

        private void tell(Station station, Event event) {
            for (Action action : station.router.on(event, now).actions()) {
                switch (action) {
                    case SendAdvert(int priority) -> send(station, priority);
                    case OpenGate open -> station.gate = true;
                    case CloseGate close -> station.gate = false;
                    case AcceptVips accept -> station.vips = true;
                    case ReleaseVips release -> {
                        assertThat(station.gate).as("gate closes first, seed " + seed).isFalse();
                        station.vips = false;
                    }
                    default -> {}
                }
            }
        }

        private void send(Station from, int priority) {
            from.encoder.frame(memory.address(), priority);
            byte[] frame = new byte[from.encoder.frameLength()];
            lb.core.wire.Memory.copy(memory.address(), frame, 0, frame.length);
            for (Station to : stations) {
                boolean lost = now < CHAOS_NANOS && random.nextInt(10) < 3;
                if (to != from && !lost) {
                    air.add(
                            new Delivery(
                                    now + 20_000 + random.nextLong(2_000_000), order++, to, frame));
                }
            }
        }

        private void checkOwnership(Station station) {
            assertThat(station.vips)
                    .as("VIPs of %s, seed %d", station, seed)
                    .isEqualTo(station.isActive());
            assertThat(station.gate)
                    .as("gate of %s, seed %d", station, seed)
                    .isEqualTo(station.isActive());
        }

        private void checkElection() {
            List<Station> active = stations.stream().filter(Station::isActive).toList();
            assertThat(active).as("Active at %d ns, seed %d: %s", now, seed, stations).hasSize(1);
            if (preempt) {
                int best =
                        stations.stream()
                                .mapToInt(station -> station.settings.priority())
                                .max()
                                .orElseThrow();
                assertThat(active.getFirst().settings.priority())
                        .as("winner, seed %d: %s", seed, stations)
                        .isEqualTo(best);
            }
        }
    }
}
