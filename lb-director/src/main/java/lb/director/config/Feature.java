package lb.director.config;

/**
 * What the model can hold but a data plane may not do yet. What {@link Options#done()} does not
 * name is accepted with one warning.
 */
public enum Feature {
    UDP("protocol UDP"),
    SCTP("protocol SCTP"),
    IPV6("IPv6 for virtual servers"),
    PORT_ZERO("port 0 (all ports)"),
    GROUP("virtual_server_group"),
    ONE_PACKET("ops"),
    PERSISTENCE("persistence"),
    THRESHOLDS("uthreshold/lthreshold"),
    TIMEOUTS("lvs_timeouts");

    private final String label;

    Feature(String label) {
        this.label = label;
    }

    /** Its name in messages. */
    public String label() {
        return label;
    }
}
