/**
 * What stands in a frame: header views over native memory (Ethernet, 802.1Q, ARP, IPv4, IPv6, ICMP,
 * TCP, UDP, SCTP), value types (MAC and IP addresses), checksums.
 *
 * <p>Views are static methods that take the address of a header; offsets carry the RFC's field
 * names, in wire order. Nothing here decides anything, and nothing here imports another package of
 * ours.
 */
@org.jspecify.annotations.NullMarked
package lb.core.wire;
