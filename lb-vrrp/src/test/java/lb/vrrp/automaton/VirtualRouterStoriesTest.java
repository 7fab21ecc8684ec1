package lb.vrrp.automaton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Action.SendAdvert;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.Event.FaultRaised;
import lb.vrrp.automaton.Event.PriorityChanged;
import lb.vrrp.automaton.Event.SourceAddressChanged;
import lb.vrrp.automaton.Event.Startup;
import lb.vrrp.automaton.Event.TakeOver;
import lb.vrrp.automaton.Event.TimerExpired;
import lb.vrrp.wire.VrrpVersion;
import org.junit.jupiter.api.Test;

/** What takes more than one event to see. */
class VirtualRouterStoriesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final IpAddress OWN = IpAddress.parse("10.9.0.1");
    private static final IpAddress PEER = IpAddress.parse("10.9.0.2");

    /** An action and when it was asked for. */
    private record Done(long nanos, Action action) {}

    private final List<Done> done = new ArrayList<>();

    @Test
    void aFloodOfWeakerAdvertsNeitherStormsNorStarvesOurOwn_case59() {
        VirtualRouter router = active(VirtualRouterSettings.of(VrrpVersion.V2).build());
        for (long now = 0; now < 10 * SECOND; now += 20_000) {
            if (router.nanosToDeadline(now) == 0) {
                tell(router, new TimerExpired(), now);
            }
            tell(router, hear(50, PEER), now);
        }
        assertThat(times(SendAdvert.class)).hasSizeBetween(1900, 2001);
        assertThat(longestGap(times(SendAdvert.class))).isBetween(5 * MILLI, 6 * MILLI);
        assertThat(times(Announce.class)).hasSizeBetween(10, 14);
        assertThat(longestGap(times(Announce.class))).isLessThanOrEqualTo(SECOND + MILLI);
    }

    @Test
    void aWeakerAdvertWithinTheGapIsAnsweredAtItsEnd() {
        VirtualRouter router = active(VirtualRouterSettings.of(VrrpVersion.V2).build());
        tell(router, hear(50, PEER), 100 * MILLI);
        tell(router, hear(50, PEER), 102 * MILLI);
        assertThat(times(SendAdvert.class)).containsExactly(100 * MILLI);
        assertThat(router.nanosToDeadline(102 * MILLI)).isEqualTo(3 * MILLI);
        tell(router, new TimerExpired(), 105 * MILLI);
        assertThat(times(SendAdvert.class)).containsExactly(100 * MILLI, 105 * MILLI);
        assertThat(times(Announce.class)).containsExactly(100 * MILLI);
        run(router, 105 * MILLI, 2 * SECOND);
        assertThat(times(Announce.class)).containsExactly(100 * MILLI, 1100 * MILLI);
    }

    @Test
    void adversIgnoredDoNotTouchTheAdverTimer_defect1() {
        VirtualRouter router =
                active(
                        VirtualRouterSettings.of(VrrpVersion.V2)
                                .lowerPriorityNoAdvert(true)
                                .build());
        for (long now = 300 * MILLI; now < 20 * SECOND; now += 500 * MILLI) {
            run(router, now - 500 * MILLI, now);
            tell(router, hear(50, PEER), now);
        }
        List<Long> expected = new ArrayList<>();
        for (long second = 1; second < 20; second++) {
            expected.add(second * SECOND);
        }
        assertThat(times(SendAdvert.class)).isEqualTo(expected);
    }

    @Test
    void announcementsComeAtOnceAfter5sAndEvery60s_section84() {
        VirtualRouter router = active(VirtualRouterSettings.of(VrrpVersion.V2).build());
        run(router, 0, 130 * SECOND);
        List<Done> rounds =
                done.stream().filter(entry -> entry.action() instanceof Announce).toList();
        assertThat(rounds)
                .containsExactly(
                        new Done(5 * SECOND, new Announce(5)),
                        new Done(60 * SECOND, new Announce(1)),
                        new Done(120 * SECOND, new Announce(1)));
    }

    @Test
    void minimalAnnouncementsAreOneRoundOnly_section84() {
        VirtualRouter router =
                active(
                        VirtualRouterSettings.of(VrrpVersion.V2)
                                .announcements(AnnouncementSettings.minimal())
                                .build());
        run(router, 0, 130 * SECOND);
        assertThat(times(Announce.class)).isEmpty();
    }

    @Test
    void aPendingSecondSetDiesWithTheActiveState_defect4() {
        VirtualRouter router = active(VirtualRouterSettings.of(VrrpVersion.V2).build());
        tell(router, hear(200, PEER), SECOND);
        for (long now = SECOND; now < 12 * SECOND; now += SECOND) {
            tell(router, hear(200, PEER), now);
            run(router, now, now);
        }
        assertThat(router.state()).isInstanceOf(State.Backup.class);
        assertThat(times(Announce.class)).isEmpty();
    }

    @Test
    void preemptDelayEndsWithOneFullIntervalBehindTheLastCountedAdvert_case27() {
        VirtualRouter router =
                new VirtualRouter(
                        VirtualRouterSettings.of(VrrpVersion.V2)
                                .priority(150)
                                .preemptDelayNanos(3 * SECOND)
                                .build(),
                        OWN);
        tell(router, new Startup(), 0);
        long first = 500 * MILLI;
        long now = first;
        for (; router.state() instanceof State.Backup; now += 10 * MILLI) {
            if (router.nanosToDeadline(now) == 0) {
                tell(router, new TimerExpired(), now);
            } else if ((now - first) % SECOND == 0) {
                tell(router, hear(100, PEER), now);
            }
        }
        assertThat(times(SendAdvert.class).getFirst() - first)
                .isBetween(5414 * MILLI, 6424 * MILLI);
    }

    @Test
    void aPriorityChangeShowsInTheNextAdvert_case71() {
        VirtualRouter router = active(VirtualRouterSettings.of(VrrpVersion.V2).build());
        tell(router, new PriorityChanged(50), 100 * MILLI);
        run(router, 100 * MILLI, SECOND);
        assertThat(done)
                .containsExactly(
                        new Done(SECOND, new Action.Probe()), new Done(SECOND, new SendAdvert(50)));
        assertThat(router.priority()).isEqualTo(50);
    }

    @Test
    void aNewSourceAddressDecidesTheNextTie() {
        VirtualRouter router = active(VirtualRouterSettings.of(VrrpVersion.V2).build());
        tell(router, new SourceAddressChanged(IpAddress.parse("10.9.0.3")), 0);
        tell(router, hear(100, PEER), 1);
        assertThat(router.state()).isInstanceOf(State.Active.class);
        tell(router, hear(100, IpAddress.parse("10.9.0.4")), 2);
        assertThat(router.state()).isInstanceOf(State.Backup.class);
    }

    @Test
    void aFaultKnownBeforeStartupLeadsStraightToFault() {
        VirtualRouter router =
                new VirtualRouter(VirtualRouterSettings.of(VrrpVersion.V3).build(), OWN);
        tell(router, new FaultRaised(FaultReason.INTERFACE_DOWN), 0);
        tell(router, new Startup(), 1);
        assertThat(router.state()).isInstanceOf(State.Fault.class);
        assertThat(router.state().keyword()).isEqualTo("FAULT");
    }

    @Test
    void version2LearnsNoInterval() {
        VirtualRouter router =
                new VirtualRouter(VirtualRouterSettings.of(VrrpVersion.V2).build(), OWN);
        tell(router, new Startup(), 0);
        tell(router, new AdvertReceived(200, 5 * SECOND, PEER.high(), PEER.low()), 0);
        assertThat(router.nanosToDeadline(0)).isEqualTo(3_609_375_000L);
    }

    @Test
    void takeoverWithALearnedIntervalSendsAtOurOwn_case32() {
        VirtualRouter router =
                new VirtualRouter(
                        VirtualRouterSettings.of(VrrpVersion.V3)
                                .advertIntervalNanos(2 * SECOND)
                                .build(),
                        OWN);
        tell(router, new Startup(), 0);
        tell(router, new AdvertReceived(200, 300 * MILLI, PEER.high(), PEER.low()), 0);
        run(router, 0, 6 * SECOND);
        assertThat(times(SendAdvert.class))
                .containsExactly(1_082_812_500L, 3_082_812_500L, 5_082_812_500L);
    }

    @Test
    void settingsSayWhatIsWrongWithThem() {
        wrong(VirtualRouterSettings.of(VrrpVersion.V2).priority(0), "priority 0: must be 1 to 255");
        wrong(
                VirtualRouterSettings.of(VrrpVersion.V2).advertIntervalNanos(1),
                "advert_int 1.0E-9 s");
        wrong(
                VirtualRouterSettings.of(VrrpVersion.V2).downTimerAdverts(101),
                "down_timer_adverts 101");
        wrong(
                VirtualRouterSettings.of(VrrpVersion.V2).preemptDelayNanos(1001 * SECOND),
                "preempt_delay 1001.0 s");
        wrong(VirtualRouterSettings.of(VrrpVersion.V2).startupDelayNanos(-1), "vrrp_startup_delay");
        wrong(
                VirtualRouterSettings.of(VrrpVersion.V2).preempt(false).preemptDelayNanos(1),
                "nopreempt and preempt_delay exclude each other");
        wrong(
                VirtualRouterSettings.of(VrrpVersion.V2).priority(255).preempt(false),
                "priority 255");
        wrong(
                VirtualRouterSettings.of(VrrpVersion.V2)
                        .initialState(InitialState.MASTER)
                        .preempt(false),
                "state MASTER");
        assertThatThrownBy(() -> new AnnouncementSettings(0, 0, 0, 1, 0, 0))
                .hasMessageContaining("garp_master_repeat 0");
        assertThatThrownBy(() -> new PriorityChanged(256)).hasMessageContaining("priority 256");
    }

    private static void wrong(VirtualRouterSettings.Builder builder, String says) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says);
    }

    private VirtualRouter active(VirtualRouterSettings settings) {
        VirtualRouter router = new VirtualRouter(settings, OWN);
        router.on(new Startup(), 0);
        router.on(new TakeOver(), 0);
        return router;
    }

    /** Lets all timers expire, each at its moment, from {@code now} to {@code end}. */
    private void run(VirtualRouter router, long from, long end) {
        long now = from;
        while (router.nanosToDeadline(now) <= end - now) {
            now += router.nanosToDeadline(now);
            tell(router, new TimerExpired(), now);
        }
    }

    private void tell(VirtualRouter router, Event event, long now) {
        for (Action action : router.on(event, now).actions()) {
            done.add(new Done(now, action));
        }
    }

    private List<Long> times(Class<? extends Action> kind) {
        return done.stream()
                .filter(entry -> kind.isInstance(entry.action()))
                .map(Done::nanos)
                .toList();
    }

    private static long longestGap(List<Long> times) {
        long longest = 0;
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        return longest;
    }

    private static Event hear(int priority, IpAddress source) {
        return new AdvertReceived(priority, SECOND, source.high(), source.low());
    }
}
