package lb.director.config;

/** The transport protocol of a virtual server. */
public enum Protocol {
    TCP,
    UDP,
    SCTP
}
