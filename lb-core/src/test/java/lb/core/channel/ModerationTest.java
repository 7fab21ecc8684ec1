package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@link Moderation} whose clock and frames are made up. */
final class ModerationTest {
    /** A sleep with the kernel's slack, and the round after it. */
    private static final double SLEEPING_ROUND = 100e-6;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    // Before and beyond the turn of the clock, whose start means nothing.
    private long nowNanos = Long.MAX_VALUE - SECOND;
    private final Moderation moderation = new Moderation(nowNanos);
    private double begun;

    /**
     * Plays rounds for so long.
     *
     * @param awake frames a second that come while the reader does not sleep
     * @param asleep frames a second that come while it does
     * @return the share of the time in which it had sleeps
     */
    private double play(double seconds, double awake, double asleep) {
        long end = nowNanos + (long) (seconds * SECOND);
        long sleeping = 0;
        while (end - nowNanos > 0) {
            boolean sleeps = moderation.sleeps();
            double length = sleeps ? SLEEPING_ROUND : 3 / awake;
            begun += length * (sleeps ? asleep : awake);
            int frames = (int) begun;
            begun -= frames;
            long nanos = (long) (length * SECOND);
            nowNanos += nanos;
            sleeping += sleeps ? nanos : 0;
            moderation.afterRound(frames, nowNanos);
        }
        return sleeping / (seconds * SECOND);
    }

    private double play(double seconds, double rate) {
        return play(seconds, rate, rate);
    }

    @ParameterizedTest
    @ValueSource(doubles = {60_000, 100_000, 700_000})
    void framesOfASteadyStreamAreGatheredNearlyAllTheTime(double rate) {
        assertThat(play(5, rate)).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @ValueSource(doubles = {100, 10_000, 45_000})
    void aReaderOfFewFramesNeverSleeps(double rate) {
        assertThat(play(5, rate)).isZero();
    }

    @Test
    void sendersThatBecomeSlowerByTheSleepsAreSparedThem() {
        // Eight at a time, each of which waits for its answer: 60 µs without and 160 with a sleep.
        assertThat(play(20, 130_000, 50_000)).isLessThan(0.08);
        assertThat(play(20, 130_000, 50_000)).isLessThan(0.01);
    }

    @Test
    void sendersThatBeginToWaitForAnswersAreNoticed() {
        play(5, 100_000);
        // The sleeps hold them down, which only a look without them can tell.
        assertThat(play(20, 130_000, 50_000)).isLessThan(0.1);
    }

    @Test
    void aStreamThatBecomesThinIsReadAsItComes() {
        play(5, 100_000);
        play(0.05, 10_000);
        assertThat(play(5, 10_000)).isZero();
    }

    @Test
    void afterASilenceAtMostOneRoundSleeps() {
        play(1, 100_000);
        nowNanos += 10 * SECOND;
        moderation.afterRound(1, nowNanos);
        assertThat(moderation.sleeps()).isFalse();
    }

    @Test
    void aSteadyStreamIsGatheredAgainSoonAfterOneThatWasNot() {
        play(20, 130_000, 50_000);
        // At the latest after the longest time awake, some five seconds.
        play(6, 100_000);
        assertThat(play(5, 100_000)).isGreaterThan(0.9);
    }
}
