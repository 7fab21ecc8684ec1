package lb.core.channel;

/**
 * Decides when a reader sleeps for a moment after a round, so that frames gather, instead of being
 * woken for each few of them. Used by one event loop; time is an argument.
 *
 * <p>Without it a reader is woken for every third frame at 100,000 a second, and a wake-up costs as
 * much as several frames. It begins at a rate at which frames come during the sleep anyway; below
 * that, each frame is read when it comes.
 *
 * <p>Senders that wait for an answer before they send again become slower by the sleep. Therefore
 * the rate is measured with and without it in turn, over windows: when it is clearly lower with
 * sleeps, there are none for a while, twice as long each time.
 */
final class Moderation {
    /** Frames a second from which on sleeping is worth it: some five come meanwhile. */
    static final double WORTH_IT = 50_000;

    static final long WINDOW_NANOS = 20_000_000;

    /** Below this share of the rate without sleeps, the sleeps are to blame. */
    private static final double SLOWED_TO = 0.8;

    /** Windows with sleeps after which one without tells whether senders could do more. */
    private static final int WINDOWS_BETWEEN_LOOKS = 15;

    /** About five seconds of windows. */
    private static final int WINDOWS_AWAKE_MOST = 256;

    private long beganNanos;
    private long frames;
    private boolean sleeps;
    private double awakeRate;
    private int windowsLeft;
    private int windowsAwake = 1;

    /** One that lets its reader be awake for now. */
    Moderation(long nowNanos) {
        beganNanos = nowNanos;
    }

    /** Whether it has the reader sleep now. */
    boolean sleeps() {
        return sleeps;
    }

    /**
     * Hears that a round is over.
     *
     * @param roundFrames that were read in it
     * @param nowNanos on the clock of {@link System#nanoTime}
     */
    void afterRound(int roundFrames, long nowNanos) {
        frames += roundFrames;
        long passed = nowNanos - beganNanos;
        if (passed < WINDOW_NANOS) {
            return;
        }
        double rate = frames * 1e9 / passed;
        if (sleeps) {
            judgeSleeping(rate);
        } else {
            judgeAwake(rate);
        }
        beganNanos = nowNanos;
        frames = 0;
    }

    private void judgeAwake(double rate) {
        awakeRate = rate;
        windowsLeft = Math.max(0, windowsLeft - 1);
        if (windowsLeft == 0 && rate >= WORTH_IT) {
            sleeps = true;
            windowsLeft = WINDOWS_BETWEEN_LOOKS;
        }
    }

    private void judgeSleeping(double rate) {
        if (rate < SLOWED_TO * awakeRate) {
            sleeps = false;
            windowsLeft = windowsAwake;
            windowsAwake = Math.min(2 * windowsAwake, WINDOWS_AWAKE_MOST);
            return;
        }
        windowsLeft--;
        if (windowsLeft == 0) {
            sleeps = false;
            windowsAwake = Math.max(1, windowsAwake / 2);
        }
    }
}
