package lb.vrrp.speaker;

import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Event;
import lb.vrrp.automaton.VirtualRouter;
import lb.vrrp.automaton.VirtualRouterSettings;
import lb.vrrp.wire.VrrpVersion;

/**
 * Leads a virtual router that nobody hears through its states, so that the first real takeover does
 * not wait for the JVM to load and link the code. Runs on the speaker's thread before its first
 * turn.
 */
final class Rehearsal {
    private static final long SECOND = 1_000_000_000L;
    private static final int ROUNDS = 20;

    private Rehearsal() {}

    static void run() {
        for (int i = 0; i < ROUNDS; i++) {
            once();
        }
    }

    private static void once() {
        VirtualRouter router =
                new VirtualRouter(
                        VirtualRouterSettings.of(VrrpVersion.V3).build(), IpAddress.ofIpv4(2));
        long now = 0;
        router.on(new Event.Startup(), now);
        router.on(new Event.AdvertReceived(200, SECOND, 0, 1), now);
        for (int i = 0; i < 8; i++) {
            now += router.nanosToDeadline(now);
            router.on(new Event.TimerExpired(), now);
        }
        router.on(new Event.AdvertReceived(50, SECOND, 0, 1), now);
        router.on(new Event.VipClaimed(1, true), now);
        router.on(new Event.AdvertReceived(200, SECOND, 0, 1), now);
        router.on(new Event.Shutdown(), now);
    }
}
