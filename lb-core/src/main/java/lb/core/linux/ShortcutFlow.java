package lb.core.linux;

import java.nio.ByteBuffer;

/**
 * A TCP connection whose frames the kernel may hand on by itself, and how. Immutable; any thread.
 * Addresses are 128 bits, IPv4 as {@code ::ffff:a.b.c.d}.
 *
 * @param in the interface where its frames come in
 * @param inDestination the MAC address that they are sent to
 * @param inSource the MAC address that they come from
 * @param out the interface of its real server
 * @param outDestination the MAC address of its real server
 * @param outSource the source MAC address that the frames get
 * @param mtu bytes that the way out carries behind the Ethernet header
 * @param keepTimeToLive whether the frames keep even their time to live
 */
public record ShortcutFlow(
        long clientHigh,
        long clientLow,
        long serviceHigh,
        long serviceLow,
        int clientPort,
        int servicePort,
        int in,
        long inDestination,
        long inSource,
        int out,
        long outDestination,
        long outSource,
        int mtu,
        boolean keepTimeToLive) {
    static final int KEY_LENGTH = 36;

    /** Whether its packets are IPv6. */
    boolean isIpv6() {
        return serviceHigh != 0 || serviceLow >>> 32 != 0xffff;
    }

    /** Addresses and ports in the order of the wire. */
    byte[] key() {
        return ByteBuffer.allocate(KEY_LENGTH)
                .putLong(clientHigh)
                .putLong(clientLow)
                .putLong(serviceHigh)
                .putLong(serviceLow)
                .putShort((short) clientPort)
                .putShort((short) servicePort)
                .array();
    }

    /** As it stands in the kernel, behind the counters; see {@link ShortcutElement}. */
    byte[] element() {
        ByteBuffer element =
                ByteBuffer.allocate(ShortcutElement.LENGTH - ShortcutElement.IN)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        element.putInt(in).putInt(mtu);
        putMac(element, inDestination);
        putMac(element, inSource);
        element.putInt(out);
        putMac(element, outDestination);
        putMac(element, outSource);
        element.putInt(
                (keepTimeToLive ? ShortcutElement.KEEP_TIME_TO_LIVE : 0)
                        | (isIpv6() ? ShortcutElement.IPV6 : 0));
        return element.put(key()).array();
    }

    private static void putMac(ByteBuffer to, long mac) {
        for (int bits = 40; bits >= 0; bits -= 8) {
            to.put((byte) (mac >>> bits));
        }
    }
}
