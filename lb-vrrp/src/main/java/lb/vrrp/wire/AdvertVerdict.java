package lb.vrrp.wire;

/**
 * What became of a received packet: every packet gets exactly one. Immutable; any thread.
 *
 * <p>In the order of the checks; the first that fails decides. {@link #counterName} is the name
 * under which an operator finds it; several verdicts share one where keepalived's statistics do.
 */
public enum AdvertVerdict {
    /** Readable; the {@link AdvertCheck} of its VRID has still to judge it. Never counted. */
    UNCHECKED("unchecked"),
    /** Another protocol. */
    NOT_VRRP("not_vrrp"),
    /** An IP header or the first 8 bytes of VRRP are missing, or it is a fragment. */
    INCOMPLETE("length"),
    /** No virtual router of ours has this VRID on this interface and family. */
    VRID("vrid"),
    /** From one of our own addresses: looped back, or forged. */
    OWN_SOURCE("own_source"),
    /** The virtual router is in Initialize or Fault. */
    NOT_LISTENING("not_listening"),
    /** Protected by an AH header, or claims to be. */
    AUTHENTICATION_HEADER("auth_type_mismatch"),
    /** The message is longer or shorter than its address count says. */
    LENGTH("length"),
    /** Came through a router: TTL or hop limit is not 255, or outside a unicast peer's range. */
    TTL("ttl"),
    /** Not the configured version. */
    VERSION("version"),
    /** An authentication type that does not exist. */
    AUTHENTICATION_TYPE_INVALID("auth_invalid_type"),
    /** A known authentication type, but not ours. */
    AUTHENTICATION_TYPE_MISMATCH("auth_type_mismatch"),
    /** Wrong password. */
    AUTHENTICATION_FAILURE("auth_failure"),
    /** Version 2: not our interval. Version 3: 0 (RFC 9568 erratum 8301). */
    INTERVAL("interval"),
    /** Not an ADVERTISEMENT. */
    TYPE("type"),
    /** Not as many addresses as ours, or none (RFC 9568 erratum 8299). */
    ADDRESS_COUNT("address_list"),
    /** The IP header promises more than arrived. */
    TRUNCATED("length"),
    /** The checksum does not fit. */
    CHECKSUM("checksum"),
    /** Unicast where multicast is configured, or the reverse. */
    DESTINATION("destination"),
    /** An address of ours is missing from the list. */
    ADDRESS_LIST("address_list"),
    /** Not from a configured unicast peer. */
    SOURCE("source"),
    /** Valid: the automaton may see it. */
    ACCEPTED("accepted");

    private final String counterName;

    AdvertVerdict(String counterName) {
        this.counterName = counterName;
    }

    /** The operator's name for it, in lower case. */
    public String counterName() {
        return counterName;
    }
}
