package lb.vrrp.automaton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Event.StepDown;
import lb.vrrp.automaton.Event.TakeOver;
import lb.vrrp.automaton.Event.TimerExpired;
import lb.vrrp.automaton.Event.VipClaimed;
import lb.vrrp.wire.VrrpVersion;
import org.junit.jupiter.api.Test;

/** An Active whose VIP somebody else claims, in virtual time. */
class DefenceTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    /** Rounds on becoming Active, and when others ask for them: one, no second set, no refresh. */
    private static final AnnouncementSettings QUIET = AnnouncementSettings.minimal();

    private final List<Long> announcedMillis = new ArrayList<>();

    @Test
    void oneClaimIsAnsweredAtOnceAndOnceMoreWhenTheRivalHasLetGo() {
        VirtualRouter router = active(QUIET);
        claim(router, 10 * MILLI);
        run(router, 10 * MILLI, 60 * SECOND);
        assertThat(announcedMillis).containsExactly(10L, 260L);
    }

    @Test
    void aClaimInTheGapIsMadeUpForAtItsEnd() {
        VirtualRouter router = active(QUIET);
        claim(router, 0);
        run(router, 0, 300 * MILLI);
        claim(router, 300 * MILLI);
        claim(router, 301 * MILLI);
        run(router, 301 * MILLI, 60 * SECOND);
        assertThat(announcedMillis).containsExactly(0L, 250L, 1_000L);
    }

    @Test
    void claimsThatGoOnAreAnsweredEverMoreSeldom() {
        VirtualRouter router = active(QUIET);
        claimEvery(router, 200 * MILLI, 60 * SECOND);
        assertThat(announcedMillis)
                .containsExactly(
                        0L, 250L, 1_000L, 3_000L, 7_000L, 15_000L, 25_000L, 35_000L, 45_000L,
                        55_000L);
    }

    @Test
    void claimsAsSeldomAsAdvertsAreNoNewConflictEachTime() {
        VirtualRouter router = active(QUIET);
        claimEvery(router, SECOND, 60 * SECOND);
        assertThat(announcedMillis)
                .startsWith(0L, 250L, 1_000L, 3_000L, 7_000L, 15_000L)
                .hasSize(10);
    }

    @Test
    void aFloodOfClaimsIsAnsweredAsOne() {
        VirtualRouter router = active(QUIET);
        claimEvery(router, 20_000, 10 * SECOND);
        assertThat(announcedMillis).containsExactly(0L, 250L, 1_000L, 3_000L, 7_000L);
    }

    @Test
    void aSplitBrainThatHealsAgainAndAgainIsAnsweredAtOnceEachTime() {
        VirtualRouter router = active(QUIET);
        List<Long> expected = new ArrayList<>();
        for (long heal = 0; heal < 10; heal++) {
            long millis = heal * 4_000;
            claim(router, millis * MILLI);
            run(router, millis * MILLI, (millis + 3_999) * MILLI);
            expected.add(millis);
            expected.add(millis + 250);
        }
        assertThat(announcedMillis).isEqualTo(expected);
    }

    @Test
    void whoWantsNoAnnouncementsBecauseOfOthersGetsNone() {
        VirtualRouter router = active(new AnnouncementSettings(5, 0, 0, 1, 0, 0));
        claimEvery(router, 100 * MILLI, 10 * SECOND);
        assertThat(announcedMillis).isEmpty();
    }

    @Test
    void theRepetitionDiesWithTheActiveState() {
        VirtualRouter router = active(QUIET);
        claim(router, 0);
        router.on(new StepDown(), 100 * MILLI);
        run(router, 100 * MILLI, 2 * SECOND);
        assertThat(announcedMillis).containsExactly(0L);
    }

    private static VirtualRouter active(AnnouncementSettings announcements) {
        VirtualRouter router =
                new VirtualRouter(
                        VirtualRouterSettings.of(VrrpVersion.V3)
                                .announcements(announcements)
                                .build(),
                        IpAddress.parse("10.9.0.1"));
        router.on(new Event.Startup(), 0);
        router.on(new TakeOver(), 0);
        return router;
    }

    private void claimEvery(VirtualRouter router, long gapNanos, long untilNanos) {
        for (long now = 0; now < untilNanos; now += gapNanos) {
            claim(router, now);
            run(router, now, now + gapNanos - 1);
        }
    }

    private void claim(VirtualRouter router, long now) {
        note(router.on(new VipClaimed(), now), now);
    }

    /** Lets all timers expire, each at its moment. */
    private void run(VirtualRouter router, long from, long end) {
        long now = from;
        while (router.nanosToDeadline(now) <= end - now) {
            now += router.nanosToDeadline(now);
            note(router.on(new TimerExpired(), now), now);
        }
    }

    private void note(Transition transition, long now) {
        for (Action action : transition.actions()) {
            if (action instanceof Announce(int rounds)) {
                assertThat(rounds).isEqualTo(1);
                announcedMillis.add(now / MILLI);
            }
        }
    }
}
