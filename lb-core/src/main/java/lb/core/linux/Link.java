package lb.core.linux;

/**
 * A network interface as the kernel sees it at one moment. Immutable; any thread.
 *
 * @param index its number, from 1
 * @param mac 48 bits, or {@link #NO_MAC} for an interface without an Ethernet address
 * @param mtu largest packet in bytes, without the Ethernet header
 * @param flags IFF_… bits
 * @param kind such as {@code veth}, {@code vlan} or {@code macvlan}; empty for hardware
 */
public record Link(int index, String name, long mac, int mtu, int flags, String kind) {
    /** Stands for "no MAC address". */
    public static final long NO_MAC = -1;

    private static final int IFF_UP = 0x1;
    private static final int IFF_LOWER_UP = 0x1_0000;

    /** Whether the operator has it up. */
    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    /** Whether it also has a carrier. */
    public boolean isLowerUp() {
        return isUp() && (flags & IFF_LOWER_UP) != 0;
    }
}
