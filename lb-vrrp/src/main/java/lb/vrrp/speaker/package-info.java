/**
 * Virtual routers on the wire: one thread that receives, asks the automaton, sends adverts, and has
 * everything else done by a listener, in the automaton's order.
 *
 * <p>Adverts pass through raw sockets of IP protocol 112, not through AF_PACKET: the kernel then
 * joins the groups (IGMP, MLD), resolves unicast peers, keeps VLANs and bonds apart as it does for
 * everybody, and does not answer unicast adverts with "protocol unreachable".
 */
@org.jspecify.annotations.NullMarked
package lb.vrrp.speaker;
