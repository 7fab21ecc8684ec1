package lb.core.fragment;

/**
 * What became of a fragment that had to wait for the first of its datagram; each ends in exactly
 * one of these, or still waits. Immutable; any thread.
 */
public enum HeldFate {
    /** Sent on behind the first fragment. */
    FORWARDED("sent on behind the first fragment"),
    /** The first fragment came and was not sent on, or this one could not be. */
    REFUSED("the first fragment came, but was not sent on; or this one could not be"),
    /** The first fragment did not come within 30 s. */
    EXPIRED("no first fragment within 30 s"),
    /** Others needed its place. */
    DISCARDED("pushed out by later ones");

    private final String description;

    HeldFate(String description) {
        this.description = description;
    }

    /** What it means, in a few words. */
    public String description() {
        return description;
    }
}
