package lb.vrrp.wire;

/**
 * What a checksum covers besides its message: addresses, protocol and length (RFC 793 section 3.1,
 * RFC 8200 section 8.1). Stateless; any thread.
 */
final class PseudoHeader {
    private PseudoHeader() {}

    /** A running sum for {@link lb.core.wire.Checksum}; both families add up alike. */
    static long sum(
            IpFamily family,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int protocol,
            int length) {
        long addresses =
                family == IpFamily.IPV4
                        ? (sourceLow & 0xffff_ffffL) + (destinationLow & 0xffff_ffffL)
                        : halves(sourceHigh)
                                + halves(sourceLow)
                                + halves(destinationHigh)
                                + halves(destinationLow);
        return addresses + protocol + length;
    }

    private static long halves(long number) {
        return (number >>> 32) + (number & 0xffff_ffffL);
    }
}
