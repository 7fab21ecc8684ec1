package lb.vrrp.automaton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.automaton.Event.AdvertReceived;
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

    /** As QUIET, with a second set after 5 s and a refresh every 60 s. */
    private static final AnnouncementSettings PLANNED =
            new AnnouncementSettings(1, 5 * SECOND, 60 * SECOND, 1, 1, 0);

    private static final long RIVAL = 2;
    private static final boolean ASKED = true;
    private static final boolean UNASKED = false;

    private final List<Long> announcedMillis = new ArrayList<>();
    private final List<Long> probedMillis = new ArrayList<>();

    @Test
    void anAnswerIsFollowedByASecondProbeAndThenByTwoRounds() {
        VirtualRouter router = active(QUIET);
        claim(router, RIVAL, ASKED, 10 * MILLI);
        run(router, 10 * MILLI, 60 * SECOND);
        assertThat(probedMillis).startsWith(210L, 1_000L, 2_000L, 3_000L);
        assertThat(announcedMillis).containsExactly(310L, 560L);
    }

    @Test
    void thePausesAreShortWhenAdvertsAreFrequent() {
        VirtualRouter router = active(QUIET, SECOND / 10);
        claim(router, RIVAL, ASKED, 0);
        run(router, 0, 5 * SECOND);
        claim(router, RIVAL, UNASKED, 5 * SECOND);
        run(router, 5 * SECOND, 60 * SECOND);
        assertThat(announcedMillis).containsExactly(30L, 280L, 5_200L, 5_450L);
    }

    @Test
    void aRivalThatAnswersAgainHasTimeForItsPeriodicAdvert() {
        VirtualRouter router = active(QUIET);
        claim(router, RIVAL, ASKED, 0);
        run(router, 0, 201 * MILLI);
        assertThat(probedMillis).containsExactly(200L);
        claim(router, RIVAL, ASKED, 201 * MILLI);
        run(router, 201 * MILLI, 60 * SECOND);
        assertThat(announcedMillis).containsExactly(1_250L, 1_500L);
    }

    @Test
    void aSecondAnswerToTheFirstProbeIsNotOneToTheSecond() {
        VirtualRouter router = active(QUIET);
        claim(router, RIVAL, ASKED, 0);
        claim(router, RIVAL, ASKED, MILLI);
        run(router, MILLI, 2 * SECOND);
        assertThat(announcedMillis).containsExactly(300L, 550L);
    }

    @Test
    void whoeverClaimsUnaskedHasTimeForItsPeriodicAdvert() {
        VirtualRouter router = active(QUIET);
        claim(router, RIVAL, UNASKED, 10 * MILLI);
        run(router, 10 * MILLI, 60 * SECOND);
        assertThat(announcedMillis).containsExactly(1_260L, 1_510L);
    }

    @Test
    void aThreadThatIsLateStillWaitsForTheSecondAnswer() {
        VirtualRouter router = active(QUIET);
        claim(router, RIVAL, ASKED, 0);
        note(router.on(new TimerExpired(), 700 * MILLI), 700 * MILLI);
        assertThat(probedMillis).containsExactly(700L);
        assertThat(announcedMillis).isEmpty();
        run(router, 700 * MILLI, 3 * SECOND);
        assertThat(announcedMillis).containsExactly(800L, 1_050L);
    }

    /** FRR announces over IPv6 a whole interval before its first advert, and never again. */
    @Test
    void beforeAStrongerRouterNothingIsAnnouncedHoweverItClaimed() {
        for (boolean asked : List.of(UNASKED, ASKED)) {
            VirtualRouter router = active(QUIET);
            claim(router, RIVAL, asked, 100 * MILLI);
            run(router, 100 * MILLI, 310 * MILLI);
            claim(router, RIVAL, ASKED, 310 * MILLI);
            run(router, 310 * MILLI, 1_200 * MILLI);
            note(router.on(new AdvertReceived(200, SECOND, 0, 1), 1_200 * MILLI), 1_200 * MILLI);
            run(router, 1_200 * MILLI, 3 * SECOND);
            assertThat(announcedMillis).as("asked %s", asked).isEmpty();
        }
    }

    @Test
    void aClaimInTheGapIsMadeUpForAtItsEnd() {
        VirtualRouter router = active(QUIET);
        claim(router, RIVAL, ASKED, 0);
        run(router, 0, 600 * MILLI);
        claim(router, RIVAL, ASKED, 600 * MILLI);
        claim(router, RIVAL, UNASKED, 601 * MILLI);
        run(router, 601 * MILLI, 60 * SECOND);
        assertThat(announcedMillis).containsExactly(300L, 550L, 1_300L);
    }

    @Test
    void claimsThatGoOnAreAnsweredEverMoreSeldom() {
        for (long gap : List.of(20_000L, 200 * MILLI, SECOND)) {
            announcedMillis.clear();
            claimEvery(active(QUIET), gap, 60 * SECOND);
            assertThat(announcedMillis)
                    .as("claims every %d ns", gap)
                    .containsExactly(
                            1_250L, 1_500L, 2_250L, 4_250L, 8_250L, 16_250L, 26_250L, 36_250L,
                            46_250L, 56_250L);
        }
    }

    @Test
    void claimsAsSeldomAsAdvertsAreNoNewConflictEachTime() {
        claimEvery(active(QUIET, 4 * SECOND), 4 * SECOND, 120 * SECOND);
        assertThat(announcedMillis)
                .startsWith(4_250L, 4_500L, 8_000L, 12_000L, 16_000L, 24_000L, 34_000L, 44_000L)
                .hasSize(15);
        announcedMillis.clear();
        claimEvery(active(QUIET, 10 * SECOND), 10 * SECOND, 120 * SECOND);
        assertThat(announcedMillis)
                .startsWith(10_250L, 10_500L, 20_000L, 30_000L, 40_000L, 50_000L, 60_000L)
                .hasSize(12);
    }

    @Test
    void aSplitBrainThatHealsAgainAndAgainIsAnsweredSoonEachTime() {
        VirtualRouter router = active(QUIET);
        List<Long> expected = new ArrayList<>();
        for (long heal = 0; heal < 10; heal++) {
            long millis = heal * 5_000;
            claim(router, RIVAL, ASKED, millis * MILLI);
            run(router, millis * MILLI, (millis + 4_999) * MILLI);
            expected.add(millis + 300);
            expected.add(millis + 550);
        }
        assertThat(announcedMillis).isEqualTo(expected);
    }

    @Test
    void aMachineThatNeverEndsDoesNotHideAnotherOne() {
        VirtualRouter router = active(QUIET);
        for (long now = 0; now < 60 * SECOND; now += SECOND) {
            claim(router, 1, ASKED, now);
            run(router, now, now + SECOND / 2);
            if (now == 40 * SECOND || now == 50 * SECOND) {
                claim(router, RIVAL, ASKED, now + SECOND / 2);
            }
            run(router, now + SECOND / 2, now + SECOND - 1);
        }
        assertThat(announcedMillis).contains(40_800L, 41_050L, 50_800L, 51_050L);
    }

    @Test
    void severalThatNeverEndAreAnsweredAsOne() {
        VirtualRouter router = active(QUIET);
        for (long now = 0; now < 60 * SECOND; now += SECOND) {
            for (long mac = 1; mac <= 8; mac++) {
                claim(router, mac, ASKED, now + mac * MILLI);
            }
            run(router, now + 8 * MILLI, now + SECOND - 1);
        }
        assertThat(announcedMillis).hasSizeBetween(8, 11);
    }

    @Test
    void everNewMacAddressesAreAnsweredAtALimitedRate() {
        VirtualRouter router = active(QUIET);
        long mac = 1;
        for (long now = 0; now < 60 * SECOND; now += 20 * MILLI) {
            claim(router, mac, mac % 2 == 0, now);
            run(router, now, now + 20 * MILLI - 1);
            mac++;
        }
        assertThat(announcedMillis).hasSizeBetween(10, 120);
    }

    @Test
    void whoWantsNoAnnouncementsBecauseOfOthersGetsNone() {
        VirtualRouter router = active(new AnnouncementSettings(5, 0, 0, 1, 0, 0));
        claimEvery(router, 100 * MILLI, 10 * SECOND);
        assertThat(announcedMillis).isEmpty();
    }

    /** The second set is due at 5 s, the refresh at 60 s. */
    @Test
    void whatIsPlannedAnywayWaitsUntilItIsClearWhoStays() {
        for (long due : List.of(5 * SECOND, 60 * SECOND)) {
            VirtualRouter winner = active(PLANNED);
            claim(winner, RIVAL, UNASKED, due - 200 * MILLI);
            announcedMillis.clear();
            run(winner, due - 200 * MILLI, due + 10 * SECOND);
            assertThat(announcedMillis).startsWith(due / MILLI + 1_050L, due / MILLI + 1_300L);

            VirtualRouter loser = active(PLANNED);
            claim(loser, RIVAL, UNASKED, due - 200 * MILLI);
            announcedMillis.clear();
            run(loser, due - 200 * MILLI, due + 700 * MILLI);
            long heard = due + 700 * MILLI;
            note(loser.on(new AdvertReceived(200, SECOND, 0, 1), heard), heard);
            run(loser, heard, heard + 2 * SECOND);
            assertThat(announcedMillis).as("before a stronger router").isEmpty();
        }
    }

    /** The second set is due at 5 s, the refresh at 60 s. */
    @Test
    void whatIsPlannedWaitsAlsoForWhoWantsNoAnnouncementsBecauseOfOthers() {
        AnnouncementSettings mute = new AnnouncementSettings(1, 5 * SECOND, 60 * SECOND, 1, 0, 0);
        for (long due : List.of(5 * SECOND, 60 * SECOND)) {
            VirtualRouter winner = active(mute);
            claim(winner, RIVAL, UNASKED, due - 200 * MILLI);
            announcedMillis.clear();
            run(winner, due - 200 * MILLI, due + 10 * SECOND);
            assertThat(announcedMillis).containsExactly(due / MILLI + 1_050L);

            VirtualRouter loser = active(mute);
            claim(loser, RIVAL, ASKED, due - 200 * MILLI);
            announcedMillis.clear();
            run(loser, due - 200 * MILLI, due + MILLI);
            claim(loser, RIVAL, ASKED, due + MILLI);
            run(loser, due + MILLI, due + 700 * MILLI);
            long heard = due + 700 * MILLI;
            note(loser.on(new AdvertReceived(200, SECOND, 0, 1), heard), heard);
            run(loser, heard, heard + 2 * SECOND);
            assertThat(announcedMillis).as("before a stronger router").isEmpty();
        }
    }

    /** Three parts of a network become one: B is stronger than this router, C is weaker. */
    @Test
    void aWeakerRoutersAdvertIsAnsweredByAnnouncementsWhenItIsClearThatNoStrongerOneClaims() {
        AdvertReceived weaker = new AdvertReceived(50, SECOND, 0, 2);
        VirtualRouter winner = active(QUIET);
        claim(winner, RIVAL, UNASKED, 0);
        Transition heard = winner.on(weaker, 100 * MILLI);
        note(heard, 100 * MILLI);
        assertThat(heard.actions())
                .hasAtLeastOneElementOfType(Action.SendAdvert.class)
                .hasAtLeastOneElementOfType(Action.NotifyLowerPriority.class);
        run(winner, 100 * MILLI, 60 * SECOND);
        assertThat(announcedMillis).containsExactly(1_250L, 1_500L);

        announcedMillis.clear();
        VirtualRouter loser = active(QUIET);
        claim(loser, RIVAL, UNASKED, 0);
        for (long now : List.of(100 * MILLI, 600 * MILLI, 1_150 * MILLI)) {
            note(loser.on(weaker, now), now);
            run(loser, now, now + MILLI);
        }
        note(loser.on(new AdvertReceived(200, SECOND, 0, 1), 1_200 * MILLI), 1_200 * MILLI);
        run(loser, 1_200 * MILLI, 3 * SECOND);
        assertThat(announcedMillis).as("before a stronger router").isEmpty();
    }

    @Test
    void everNewMacAddressesDoNotPutOffWhatIsPlanned() {
        VirtualRouter router = active(PLANNED);
        for (long now = 0; now < 70 * SECOND; now += 1_100 * MILLI) {
            claim(router, now, UNASKED, now);
            run(router, now, now + 1_100 * MILLI - 1);
        }
        assertThat(announcedMillis).hasSize(2);
        assertThat(announcedMillis.getFirst()).isBetween(5_000L, 5_000L + 1_250);
        assertThat(announcedMillis.getLast()).isBetween(60_000L, 60_000L + 1_250);
    }

    @Test
    void theRepetitionDiesWithTheActiveState() {
        VirtualRouter router = active(QUIET);
        claim(router, RIVAL, ASKED, 0);
        run(router, 0, 400 * MILLI);
        router.on(new StepDown(), 400 * MILLI);
        run(router, 400 * MILLI, 2 * SECOND);
        assertThat(announcedMillis).containsExactly(300L);
    }

    private static VirtualRouter active(AnnouncementSettings announcements) {
        return active(announcements, SECOND);
    }

    private static VirtualRouter active(AnnouncementSettings announcements, long interval) {
        VirtualRouter router =
                new VirtualRouter(
                        VirtualRouterSettings.of(VrrpVersion.V3)
                                .announcements(announcements)
                                .advertIntervalNanos(interval)
                                .build(),
                        IpAddress.parse("10.9.0.1"));
        router.on(new Event.Startup(), 0);
        router.on(new TakeOver(), 0);
        return router;
    }

    private void claimEvery(VirtualRouter router, long gapNanos, long untilNanos) {
        for (long now = 0; now < untilNanos; now += gapNanos) {
            claim(router, RIVAL, UNASKED, now);
            run(router, now, now + gapNanos - 1);
        }
    }

    private void claim(VirtualRouter router, long mac, boolean solicited, long now) {
        note(router.on(new VipClaimed(mac, solicited), now), now);
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
            } else if (action instanceof Action.Probe) {
                probedMillis.add(now / MILLI);
            }
        }
    }
}
