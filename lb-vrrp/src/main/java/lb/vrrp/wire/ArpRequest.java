package lb.vrrp.wire;

import lb.core.wire.Ethernet;
import lb.core.wire.Memory;

/** An ARP request in its Ethernet frame (RFC 826). Stateless; any thread. */
final class ArpRequest {
    /** Bytes of the frame, without padding. */
    static final int LENGTH = 42;

    private ArpRequest() {}

    /**
     * Writes the frame.
     *
     * @param mac the frame's source and the sender's hardware address
     * @param targetMac receivers ignore it
     * @return {@link #LENGTH}
     */
    static int write(
            long to, long mac, long destinationMac, int sender, long targetMac, int target) {
        Ethernet.putDestination(to, destinationMac);
        Ethernet.putSource(to, mac);
        Ethernet.putType(to, Ethernet.TYPE_ARP);
        long arp = to + Ethernet.HEADER_LENGTH;
        Memory.putU16(arp, 1);
        Memory.putU16(arp + 2, Ethernet.TYPE_IPV4);
        Memory.putU8(arp + 4, 6);
        Memory.putU8(arp + 5, 4);
        Memory.putU16(arp + 6, 1);
        Memory.putU48(arp + 8, mac);
        Memory.putI32(arp + 14, sender);
        Memory.putU48(arp + 18, targetMac);
        Memory.putI32(arp + 24, target);
        return LENGTH;
    }
}
