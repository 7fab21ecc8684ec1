package lb.director.cli;

import lb.director.control.ServiceReport;

/** Addresses with ports as ipvsadm writes them. Stateless; any thread. */
final class Endpoint {
    private Endpoint() {}

    /** {@code 10.0.205.2:80}, {@code [fd00::2]:80}. */
    static String text(String address, int port) {
        return isIpv4(address) ? address + ":" + port : "[" + address + "]:" + port;
    }

    /**
     * What a service is found by: its address and port, or {@code 1}, {@code 1 IPv6} for a mark.
     */
    static String text(ServiceReport service) {
        return service.mark() == 0
                ? text(service.address(), service.port())
                : service.mark() + (isIpv4(service.address()) ? "" : " IPv6");
    }

    static boolean isIpv4(String address) {
        return address.indexOf(':') < 0;
    }
}
