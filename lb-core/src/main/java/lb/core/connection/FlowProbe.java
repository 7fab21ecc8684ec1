package lb.core.connection;

import lb.core.service.Persistence;
import lb.core.service.ServiceKey;
import lb.core.wire.IpProtocol;
import lb.core.wire.Packet;
import lb.core.wire.QuotedPacket;

/** The reusable key for look-ups; owned by one worker. Never handed to a table as a key. */
public final class FlowProbe extends FlowKey {
    /** Sets templates apart from connections whose ports happen to be 0. */
    static final int TEMPLATE = 0x100;

    /** Sets datagrams in fragments apart from both. */
    private static final int DATAGRAM = 0x200;

    /** Aims at the connection that {@code packet} belongs to. */
    public void aimAt(Packet packet) {
        aimAt(packet, hashOf(packet));
    }

    /**
     * The same for a packet whose hash is known.
     *
     * @param itsHash see {@link #hashOf}
     */
    public void aimAt(Packet packet, int itsHash) {
        clientHigh = packet.sourceHigh();
        clientLow = packet.sourceLow();
        serviceHigh = packet.destinationHigh();
        serviceLow = packet.destinationLow();
        ports = packet.ports();
        protocol = packet.protocol();
        hash = itsHash;
    }

    /**
     * Aims at the connection that an ICMP error is about: the quoted packet went from the VIP to
     * the client, so all is the other way round.
     */
    public void aimAt(QuotedPacket quoted) {
        clientHigh = quoted.destinationHigh();
        clientLow = quoted.destinationLow();
        serviceHigh = quoted.sourceHigh();
        serviceLow = quoted.sourceLow();
        ports = Integer.rotateLeft(quoted.ports(), 16);
        protocol = quoted.protocol();
        rehash();
    }

    /** Aims where {@code other} does. */
    public void aimAt(FlowProbe other) {
        clientHigh = other.clientHigh;
        clientLow = other.clientLow;
        serviceHigh = other.serviceHigh;
        serviceLow = other.serviceLow;
        ports = other.ports;
        protocol = other.protocol;
        hash = other.hash;
    }

    /**
     * Aims at the datagram that a fragment belongs to: source, destination, identification, and for
     * IPv4 the protocol (RFC 791). With IPv6 only the first fragment's counts (RFC 8200 section
     * 4.5), so it is no part of the key.
     */
    public void aimAtDatagram(Packet fragment) {
        aimAt(fragment);
        ports = fragment.fragmentIdentification();
        protocol = DATAGRAM | (fragment.isIpv4() ? fragment.protocol() : IpProtocol.IPV6_FRAGMENT);
        rehash();
    }

    /**
     * Aims at the persistence template of the client that {@code of} belongs to. A service that is
     * found by mark has one for all its VIPs, ports and protocols: the mark stands for the VIP.
     */
    public void aimAtTemplate(FlowKey of, Persistence persistence, ServiceKey service) {
        clientHigh = persistence.networkHigh(of.clientHigh, of.clientLow);
        clientLow = persistence.networkLow(of.clientHigh, of.clientLow);
        boolean marked = service.isMark();
        serviceHigh = marked ? 0 : of.serviceHigh;
        serviceLow = marked ? service.address().low() | service.mark() : of.serviceLow;
        ports = service.port();
        protocol = (marked ? 0 : of.protocol) | TEMPLATE;
        rehash();
    }
}
