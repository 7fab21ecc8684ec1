package lb.vrrp.wire;

/**
 * A version of the protocol: what its interval field counts and how far it reaches. Immutable; any
 * thread.
 */
public enum VrrpVersion {
    /** RFC 3768: whole seconds in 8 bits, IPv4 only, 8 bytes of authentication data. */
    V2(2, 1_000_000_000L, 255, 8),
    /** RFC 9568 and RFC 5798: centiseconds in 12 bits, IPv4 and IPv6. */
    V3(3, 10_000_000L, 4095, 0);

    private final int number;
    private final long intervalUnitNanos;
    private final int maxIntervalUnits;
    private final int trailerLength;

    VrrpVersion(int number, long intervalUnitNanos, int maxIntervalUnits, int trailerLength) {
        this.number = number;
        this.intervalUnitNanos = intervalUnitNanos;
        this.maxIntervalUnits = maxIntervalUnits;
        this.trailerLength = trailerLength;
    }

    /** The number in the packet's version field, 2 or 3. */
    public int number() {
        return number;
    }

    /** What one step of the interval field stands for: 1 s or 10 ms, in nanoseconds. */
    public long intervalUnitNanos() {
        return intervalUnitNanos;
    }

    /** The largest interval the field can carry, in its own units. */
    public int maxIntervalUnits() {
        return maxIntervalUnits;
    }

    /** Bytes behind the addresses: the authentication data that version 2 always has. */
    int trailerLength() {
        return trailerLength;
    }

    /**
     * The value of the interval field for {@code advertIntervalNanos}.
     *
     * @throws IllegalArgumentException if the field cannot express it exactly
     */
    public int intervalUnits(long advertIntervalNanos) {
        long units = advertIntervalNanos / intervalUnitNanos;
        if (units * intervalUnitNanos != advertIntervalNanos
                || units < 1
                || units > maxIntervalUnits) {
            throw new IllegalArgumentException(
                    "advert_int "
                            + advertIntervalNanos / 1e9
                            + " s: VRRPv"
                            + number
                            + (this == V2
                                    ? " carries whole seconds from 1 to 255; round it, or use version 3"
                                    : " carries hundredths of a second from 0.01 to 40.95; choose one of these"));
        }
        return (int) units;
    }
}
