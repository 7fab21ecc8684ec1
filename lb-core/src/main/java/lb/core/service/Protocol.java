package lb.core.service;

import lb.core.wire.IpProtocol;

/** A transport protocol that can be balanced. Immutable; any thread. */
public enum Protocol {
    /** Transmission Control Protocol. */
    TCP(IpProtocol.TCP),
    /** User Datagram Protocol. */
    UDP(IpProtocol.UDP),
    /** Stream Control Transmission Protocol. */
    SCTP(IpProtocol.SCTP),
    /** Any of these: the service is found by the mark of a packet; no IP header has the number. */
    FWM(0);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** The number in the IP header's protocol field. */
    public int number() {
        return number;
    }
}
