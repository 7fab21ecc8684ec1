package lb.vrrp.automaton;

import lb.vrrp.automaton.Event.VipClaimed;

/**
 * When an Active announces its VIPs again after the first time. Owned by the thread of its {@link
 * VirtualRouter}.
 *
 * <p>It lives and ends with the Active state: stepping down drops whatever is pending, so no late
 * gratuitous ARP takes the VIPs back from the next Active. For the same reason nothing that is
 * planned goes out while it is undecided whether a rival is the stronger one; but it is not put off
 * for longer than one rival may take, whatever others claim meanwhile.
 */
public final class AnnouncementSchedule {
    /**
     * Between two announcements because of weaker routers: a flood of their adverts must not become
     * a flood of ours, and one that comes too early is made up for at the end of the gap.
     */
    static final long LOWER_PRIORITY_GAP_NANOS = 1_000_000_000L;

    private AnnouncementSettings settings;

    private int secondSetRounds;
    private long secondSetNanos;
    private long refreshNanos;
    private boolean lowerPriorityHeard;
    private long lowerPriorityGapEndNanos;
    private boolean lowerPriorityOwed;
    private long lowerPriorityDueNanos;
    private final Defence defence = new Defence();
    private boolean held;
    private long heldUntilNanos;

    /** Starts with the first set, which the caller announces at {@code nowNanos}. */
    AnnouncementSchedule(AnnouncementSettings settings, long nowNanos) {
        this.settings = settings;
        planSecondSet(settings.repeat(), settings.delayNanos(), nowNanos);
        refreshNanos = nowNanos + settings.refreshNanos();
    }

    /** Goes on with other settings; what is planned stays, refreshes are counted from now. */
    void use(AnnouncementSettings changed, long nowNanos) {
        if (!changed.equals(settings)) {
            settings = changed;
            refreshNanos = nowNanos + changed.refreshNanos();
        }
    }

    /**
     * Takes note of a weaker router's advert; true unless one was taken note of within the gap.
     * Then it is answered, but {@link #mayAnnounce} tells whether by announcements now; else they
     * are owed.
     */
    boolean hearLowerPriority(long nowNanos) {
        if (lowerPriorityHeard && nowNanos - lowerPriorityGapEndNanos < 0) {
            oweLowerPriority(lowerPriorityGapEndNanos);
            return false;
        }
        startLowerPriorityGap(nowNanos);
        if (!mayAnnounce()) {
            oweLowerPriority(nowNanos);
        }
        return true;
    }

    private void oweLowerPriority(long dueNanos) {
        if (!lowerPriorityOwed) {
            lowerPriorityOwed = true;
            lowerPriorityDueNanos = dueNanos;
        }
    }

    /** False while somebody who has claimed a VIP may be a stronger router. */
    boolean mayAnnounce() {
        return !defence.isUndecided();
    }

    /**
     * Takes note that another machine claims a VIP. As with weaker routers' adverts, whoever wants
     * no announcements then gets none; but what is planned waits all the same.
     */
    void hearClaim(VipClaimed claim, long intervalNanos, long nowNanos) {
        defence.claim(claim, intervalNanos, nowNanos);
    }

    /** Whether it is to be asked again who else has a VIP; then it counts as asked. */
    boolean takeAsk(long nowNanos) {
        return defence.takeAsk(nowNanos);
    }

    private void startLowerPriorityGap(long nowNanos) {
        lowerPriorityHeard = true;
        lowerPriorityOwed = false;
        lowerPriorityGapEndNanos = nowNanos + LOWER_PRIORITY_GAP_NANOS;
        planSecondSet(settings.lowerPriorityRepeat(), settings.lowerPriorityDelayNanos(), nowNanos);
    }

    /**
     * The rounds that are due, 0 if none; what is returned counts as announced. After {@link
     * #takeAsk}.
     */
    int takeDueRounds(long nowNanos) {
        int rounds = 0;
        if (defence.takeDue(nowNanos) && settings.lowerPriorityRepeat() > 0) {
            rounds = 1;
        }
        return isHeld(nowNanos) ? rounds : Math.max(rounds, takePlannedRounds(nowNanos));
    }

    private boolean isHeld(long nowNanos) {
        if (!defence.isUndecided()) {
            held = false;
        } else if (!held && nanosToPlanned(nowNanos) <= 0) {
            held = true;
            heldUntilNanos = defence.patienceEndNanos();
        }
        return held && nowNanos - heldUntilNanos < 0;
    }

    private int takePlannedRounds(long nowNanos) {
        int rounds = 0;
        if (secondSetRounds > 0 && nowNanos - secondSetNanos >= 0) {
            rounds = secondSetRounds;
            secondSetRounds = 0;
        }
        if (lowerPriorityOwed && nowNanos - lowerPriorityDueNanos >= 0) {
            startLowerPriorityGap(nowNanos);
            rounds = Math.max(rounds, settings.lowerPriorityRepeat());
        }
        if (settings.refreshNanos() > 0 && nowNanos - refreshNanos >= 0) {
            refreshNanos = nowNanos + settings.refreshNanos();
            rounds = Math.max(rounds, settings.refreshRepeat());
        }
        return rounds;
    }

    /**
     * Nanoseconds until something is due, 0 if it is already, {@link Long#MAX_VALUE} if nothing
     * ever is.
     */
    public long nanosToDeadline(long nowNanos) {
        long planned = nanosToPlanned(nowNanos);
        if (defence.isUndecided()) {
            long end = held ? heldUntilNanos : defence.patienceEndNanos();
            planned = Math.max(planned, end - nowNanos);
        }
        return Math.max(0, Math.min(planned, defence.nanosToDeadline(nowNanos)));
    }

    private long nanosToPlanned(long nowNanos) {
        long nanos = Long.MAX_VALUE;
        if (secondSetRounds > 0) {
            nanos = Math.min(nanos, secondSetNanos - nowNanos);
        }
        if (lowerPriorityOwed) {
            nanos = Math.min(nanos, lowerPriorityDueNanos - nowNanos);
        }
        if (settings.refreshNanos() > 0) {
            nanos = Math.min(nanos, refreshNanos - nowNanos);
        }
        return nanos;
    }

    /**
     * A set that is already planned keeps its time, or a chatty weak router would put it off for
     * ever.
     */
    private void planSecondSet(int rounds, long delayNanos, long nowNanos) {
        if (rounds == 0 || delayNanos == 0) {
            return;
        }
        if (secondSetRounds == 0) {
            secondSetNanos = nowNanos + delayNanos;
        }
        secondSetRounds = Math.max(secondSetRounds, rounds);
    }
}
