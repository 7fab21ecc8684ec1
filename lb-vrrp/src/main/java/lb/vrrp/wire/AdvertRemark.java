package lb.vrrp.wire;

/**
 * What is worth a counter and a rate-limited line about an advert that was accepted all the same.
 * Any thread.
 */
public enum AdvertRemark {
    /** Version 3: the Active's interval is not ours; we follow it (RFC 9568 section 7.1). */
    INTERVAL_DIFFERS,
    /** The Active announces other addresses than ours. */
    ADDRESSES_DIFFER,
    /** We are the address owner and should hear nobody (RFC 9568 erratum 8298). */
    HEARD_BY_OWNER,
    /**
     * Version 3 over IPv4, checksum without pseudo-header, taken because of {@link
     * ChecksumForm#AUTO}.
     */
    CHECKSUM_PLAIN
}
