package lb.director.tracking;

/** What is known of a tracked script or interface. Immutable; any thread. */
public enum Health {
    /** Nothing yet: without a weight the instance waits in FAULT. */
    UNKNOWN,
    /** Nothing yet, but a reload alone is no reason for FAULT. */
    ASSUMED,
    UP,
    DOWN
}
