package lb.core.channel;

/**
 * What happened to the interface of a {@link PacketChannel}: a user event of its pipeline.
 * Immutable; any thread.
 */
public enum LinkState {
    /** It was taken down; the channel waits for it. */
    DOWN,
    /** It is up again, after {@link #DOWN}. */
    UP
}
