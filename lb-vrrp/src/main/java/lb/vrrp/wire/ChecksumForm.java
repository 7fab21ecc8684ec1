package lb.vrrp.wire;

/**
 * What the checksum of a VRRPv3 advert over IPv4 covers. Immutable; any thread.
 *
 * <p>RFC 5798 section 5.2.8 includes a pseudo-header, RFC 9568 section 5.2.8 does not; keepalived
 * and FRR 8.4 drop the second form, several vendors' routers the first.
 */
public enum ChecksumForm {
    /** Pseudo-header and message: the default, what keepalived and FRR 8.4 send and expect. */
    PSEUDO,
    /** The message alone, as RFC 9568 says. */
    PLAIN,
    /** Accept both, send what was heard last, {@link #PSEUDO} before anything was heard. */
    AUTO
}
