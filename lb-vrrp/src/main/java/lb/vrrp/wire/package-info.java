/**
 * VRRP on the wire: VRRPv2 (RFC 3768; passwords of RFC 2338) and VRRPv3 (RFC 5798, RFC 9568)
 * adverts, gratuitous ARP and unsolicited neighbour advertisements.
 *
 * <p>Everything works on native memory through {@link lb.core.wire.Memory} and allocates nothing
 * once built. A received advert is first read into a reusable {@link lb.vrrp.wire.AdvertView}, then
 * judged by the {@link lb.vrrp.wire.AdvertCheck} of its virtual router.
 */
@org.jspecify.annotations.NullMarked
package lb.vrrp.wire;
