package lb.core.service;

/**
 * Where a real server is on layer 2. Immutable; replaced as a whole by the thread that follows the
 * kernel's neighbours.
 *
 * @param interfaceIndex the kernel's index of the interface to send from
 * @param mac the MAC address to send to, 48 bits
 * @param sourceMac the MAC address of that interface
 * @param mtu bytes that fit in a frame behind the Ethernet header
 */
public record NextHop(int interfaceIndex, long mac, long sourceMac, int mtu) {
    /**
     * This host itself: what is sent from its loopback interface comes in there, and no steering
     * filter keeps it from the host.
     */
    public static NextHop local(int loopbackIndex, int mtu) {
        return new NextHop(loopbackIndex, 0, 0, mtu);
    }

    /** Whether it is this host itself. */
    public boolean isLocal() {
        return mac == 0;
    }
}
