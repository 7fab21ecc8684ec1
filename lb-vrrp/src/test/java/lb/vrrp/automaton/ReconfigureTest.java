package lb.vrrp.automaton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Action.Probe;
import lb.vrrp.automaton.Action.SendAdvert;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.Event.PriorityChanged;
import lb.vrrp.automaton.Event.Startup;
import lb.vrrp.automaton.Event.TakeOver;
import lb.vrrp.automaton.Event.TimerExpired;
import lb.vrrp.wire.VrrpVersion;
import org.junit.jupiter.api.Test;

/** A running virtual router goes on with other settings. */
class ReconfigureTest {
    private static final long SECOND = 1_000_000_000L;
    private static final IpAddress OWN = IpAddress.ofIpv4(0x0a090001);

    private static VirtualRouterSettings.Builder settings(VrrpVersion version) {
        return VirtualRouterSettings.of(version).priority(100);
    }

    private static VirtualRouter backup(VirtualRouterSettings settings) {
        VirtualRouter router = new VirtualRouter(settings, OWN);
        router.on(new Startup(), 0);
        return router;
    }

    private static VirtualRouter active(VirtualRouterSettings settings) {
        VirtualRouter router = backup(settings);
        router.on(new TakeOver(), 0);
        return router;
    }

    @Test
    void aBackupOfVersionTwoWaitsForTheNewInterval() {
        VirtualRouter router = backup(settings(VrrpVersion.V2).build());
        long before = router.nanosToDeadline(SECOND);

        router.reconfigure(
                settings(VrrpVersion.V2).advertIntervalNanos(2 * SECOND).build(), SECOND);

        assertThat(router.nanosToDeadline(SECOND)).isEqualTo(before + 3 * SECOND);
    }

    @Test
    void aBackupOfVersionThreeKeepsTheLearnedInterval() {
        VirtualRouter router = backup(settings(VrrpVersion.V3).build());
        router.on(new AdvertReceived(200, SECOND / 2, 0, 1), 0);
        long before = router.nanosToDeadline(0);

        router.reconfigure(settings(VrrpVersion.V3).advertIntervalNanos(4 * SECOND).build(), 0);

        assertThat(router.nanosToDeadline(0)).isEqualTo(before);
    }

    @Test
    void aBackupWaitsForAsManyAdvertsAsIsSaidNow() {
        VirtualRouter router = backup(settings(VrrpVersion.V3).build());
        long before = router.nanosToDeadline(0);

        router.reconfigure(settings(VrrpVersion.V3).downTimerAdverts(5).build(), 0);

        assertThat(router.nanosToDeadline(0)).isEqualTo(before + 2 * SECOND);
    }

    @Test
    void anActiveSendsAtTheNewIntervalWithoutWaitingOutTheOldOne() {
        VirtualRouter router =
                active(settings(VrrpVersion.V3).advertIntervalNanos(10 * SECOND).build());

        router.reconfigure(
                settings(VrrpVersion.V3).advertIntervalNanos(SECOND / 5).build(), SECOND);

        assertThat(router.nanosToDeadline(SECOND)).isEqualTo(SECOND / 5);
        Transition sent = router.on(new TimerExpired(), SECOND + SECOND / 5);
        assertThat(sent.actions()).containsExactly(new Probe(), new SendAdvert(100));
        assertThat(router.nanosToDeadline(SECOND + SECOND / 5)).isEqualTo(SECOND / 5);
    }

    @Test
    void anActiveRefreshesAsIsSaidNow() {
        VirtualRouter router =
                active(settings(VrrpVersion.V3).announcements(noSecondSet(0)).build());

        router.reconfigure(
                settings(VrrpVersion.V3).announcements(noSecondSet(SECOND / 2)).build(), 0);

        assertThat(router.on(new TimerExpired(), SECOND / 2).actions())
                .containsExactly(new Announce(1));
    }

    private static AnnouncementSettings noSecondSet(long refreshNanos) {
        return new AnnouncementSettings(1, 0, refreshNanos, 1, 1, 0);
    }

    @Test
    void theEffectivePriorityStaysUntilItIsChanged() {
        VirtualRouter router = active(settings(VrrpVersion.V2).build());

        router.reconfigure(settings(VrrpVersion.V2).priority(50).build(), 0);
        assertThat(router.priority()).isEqualTo(100);

        router.on(new PriorityChanged(50), 0);
        assertThat(router.on(new TimerExpired(), SECOND).actions())
                .isEqualTo(List.of(new Probe(), new SendAdvert(50)));
    }

    @Test
    void theVersionIsFixed() {
        VirtualRouter router = backup(settings(VrrpVersion.V2).build());

        assertThatThrownBy(() -> router.reconfigure(settings(VrrpVersion.V3).build(), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
