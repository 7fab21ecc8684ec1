package lb.core.service;

import lb.core.wire.IpAddress;

/**
 * What a client aims at: the VIP, the port and the protocol. Immutable; any thread.
 *
 * @param address the VIP
 * @param port 1 to 65,535, or 0 for every port that no other service of this VIP and protocol has
 */
public record ServiceKey(IpAddress address, int port, Protocol protocol) {
    /** Checks the port. */
    public ServiceKey {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
    }

    /** As ipvsadm writes it: {@code TCP 10.0.205.100:80}, {@code TCP [fd00::1]:80}. */
    @Override
    public String toString() {
        return protocol + " " + endpoint(address, port);
    }

    /** Address and port as text, with the brackets that IPv6 needs. */
    public static String endpoint(IpAddress address, int port) {
        return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
