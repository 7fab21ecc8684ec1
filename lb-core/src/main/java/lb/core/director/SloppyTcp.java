package lb.core.director;

/**
 * Whether a TCP segment of an unknown connection is scheduled although it is no SYN. Immutable; any
 * thread.
 */
public enum SloppyTcp {
    /** Never: the kernel's {@code sloppy_tcp=0}. */
    OFF,
    /** Always: the kernel's {@code sloppy_tcp=1}. */
    ON,
    /**
     * Where that helps: for services whose scheduler computes its choice, since there the right
     * answer can be found again; and for a connection that has just lost its real server, since a
     * reset from another one ends it sooner than silence.
     */
    AUTO
}
