package lb.vrrp.automaton;

/** The {@code state} keyword: no more than a hint, as in keepalived. Immutable; any thread. */
public enum InitialState {
    /** Not stated. */
    UNSTATED,
    /** {@code state MASTER}: rules out nopreempt and preempt_delay. */
    MASTER,
    /**
     * {@code state BACKUP}: even the address owner first listens for a full Active_Down_Interval.
     */
    BACKUP
}
