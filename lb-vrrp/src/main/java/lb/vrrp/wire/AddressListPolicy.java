package lb.vrrp.wire;

/** What becomes of an advert whose addresses are not exactly ours. Immutable; any thread. */
public enum AddressListPolicy {
    /** Drop it, as keepalived does; two Active routers result. The default of version 2. */
    DROP,
    /**
     * Take it and remark on it: staying Backup is the safer failure. The default of version 3 (RFC
     * 9568: log).
     */
    ACCEPT
}
