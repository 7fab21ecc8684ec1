package lb.core.service;

import lb.core.wire.IpAddress;

/**
 * What a client aims at: the VIP, the port and the protocol, or all that has a certain mark.
 * Immutable; any thread.
 *
 * @param address the VIP; for a mark the unspecified address of its family
 * @param port 1 to 65,535, or 0 for every port that no other service of this VIP and protocol has
 * @param mark 1 or greater with protocol FWM, else 0
 */
public record ServiceKey(IpAddress address, int port, Protocol protocol, int mark) {
    private static final IpAddress ANY_IPV4 = IpAddress.ofIpv4(0);
    private static final IpAddress ANY_IPV6 = new IpAddress(0, 0);

    /** Checks port and mark. */
    public ServiceKey {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
        if (mark < 0 || (mark > 0) != (protocol == Protocol.FWM)) {
            throw new IllegalArgumentException(protocol + " does not go with mark " + mark);
        }
    }

    /** What is aimed at an address and port. */
    public ServiceKey(IpAddress address, int port, Protocol protocol) {
        this(address, port, protocol, 0);
    }

    /** What has a mark. */
    public static ServiceKey ofMark(int mark, boolean ipv4) {
        return new ServiceKey(ipv4 ? ANY_IPV4 : ANY_IPV6, 0, Protocol.FWM, mark);
    }

    /** Whether it is found by mark. */
    public boolean isMark() {
        return mark != 0;
    }

    /** What tells services of one address and protocol apart: the mark, or the port. */
    int selector() {
        return isMark() ? mark : port;
    }

    /**
     * As ipvsadm writes it: {@code TCP 10.0.205.100:80}, {@code TCP [fd00::1]:80}, {@code FWM 1},
     * {@code FWM 1 IPv6}.
     */
    @Override
    public String toString() {
        if (isMark()) {
            return protocol + " " + mark + (address.isIpv4() ? "" : " IPv6");
        }
        return protocol + " " + endpoint(address, port);
    }

    /** Address and port as text, with the brackets that IPv6 needs. */
    public static String endpoint(IpAddress address, int port) {
        return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
