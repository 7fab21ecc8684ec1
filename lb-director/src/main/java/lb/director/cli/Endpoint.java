package lb.director.cli;

/** Addresses with ports as ipvsadm writes them. Stateless; any thread. */
final class Endpoint {
    private Endpoint() {}

    /** {@code 10.0.205.2:80}, {@code [fd00::2]:80}. */
    static String text(String address, int port) {
        return isIpv4(address) ? address + ":" + port : "[" + address + "]:" + port;
    }

    static boolean isIpv4(String address) {
        return address.indexOf(':') < 0;
    }
}
