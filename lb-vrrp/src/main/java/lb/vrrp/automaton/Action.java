package lb.vrrp.automaton;

/** What the speaker has to do, in the order of the list. Immutable; any thread. */
public sealed interface Action {
    /**
     * Send one advert, to the group or to each unicast peer.
     *
     * @param priority 0 (we leave) to 255
     */
    record SendAdvert(int priority) implements Action {}

    /**
     * Ask the link who else has the VIPs: before the advert that makes a rival step down, since
     * afterwards nobody would answer any more, and nobody would know that there was one; and once
     * more after an answer, to see whether it has.
     */
    record Probe() implements Action {}

    /** Let the data plane forward what is addressed to the VIPs. */
    record OpenGate() implements Action {}

    /** Stop the data plane from forwarding what is addressed to the VIPs. */
    record CloseGate() implements Action {}

    /** Put the VIPs on the interface and answer ARP and neighbour solicitations for them. */
    record AcceptVips() implements Action {}

    /** Take the VIPs off the interface and answer for them no more. */
    record ReleaseVips() implements Action {}

    /**
     * Queue gratuitous ARP or unsolicited neighbour advertisements: first one for every VIP, then
     * the next round.
     *
     * @param rounds at least 1
     */
    record Announce(int rounds) implements Action {}

    /** Forget announcements that are queued but not sent. */
    record CancelAnnouncements() implements Action {}

    /** Run the notify scripts of a state, see {@link Notification}. */
    record Notify(Notification notification) implements Action {}

    /**
     * Run notify_master_rx_lower_pri.
     *
     * @param priority that was heard
     */
    record NotifyLowerPriority(int priority) implements Action {}

    /** Tell the operator about a wrong configuration; whoever logs limits the rate. */
    record Report(Alarm alarm) implements Action {}

    /** The notify scripts of keepalived. */
    enum Notification {
        /** notify_master. */
        MASTER,
        /** notify_backup. */
        BACKUP,
        /** notify_fault. */
        FAULT,
        /** notify_stop. */
        STOP
    }

    /** What only a wrong configuration brings about. */
    enum Alarm {
        /** An advert with our priority from our own source address: the address is used twice. */
        DUPLICATE_SOURCE_ADDRESS,
        /**
         * Two routers say they own the addresses (priority 255); the higher source address stays
         * Active.
         */
        OWNER_CONFLICT
    }
}
