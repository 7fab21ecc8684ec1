package lb.core.linux;

import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An IP address on an interface, to add or as found. Immutable; any thread.
 *
 * @param linkIndex the interface's number
 * @param prefixLength 0 to 32 or 128
 * @param validSeconds until the kernel removes it by itself, or {@link #FOREVER}
 * @param preferredSeconds until it is no longer chosen as a source, at most {@code validSeconds}
 * @param scope 0 global, 253 link, 254 host
 * @param flags IFA_F_… bits
 * @param label such as {@code eth0:1}, IPv4 only; empty for none
 * @param broadcast IPv4 only
 */
public record LinkAddress(
        int linkIndex,
        InetAddress address,
        int prefixLength,
        long validSeconds,
        long preferredSeconds,
        int scope,
        int flags,
        String label,
        @Nullable InetAddress broadcast) {
    /** A lifetime without end. */
    public static final long FOREVER = 0xffff_ffffL;

    private static final int IFA_F_NODAD = 0x2;
    private static final int IFA_F_NOPREFIXROUTE = 0x200;

    /** Checks the prefix length and the lifetimes. */
    public LinkAddress {
        int bits = Objects.requireNonNull(address).getAddress().length * Byte.SIZE;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "prefix length "
                            + prefixLength
                            + " of "
                            + address.getHostAddress()
                            + " is not between 0 and "
                            + bits);
        }
        if (validSeconds < 0 || validSeconds > FOREVER) {
            throw new IllegalArgumentException(
                    "valid lifetime " + validSeconds + " s is out of range");
        }
        if (preferredSeconds < 0 || preferredSeconds > validSeconds) {
            throw new IllegalArgumentException(
                    "preferred lifetime "
                            + preferredSeconds
                            + " s exceeds valid "
                            + validSeconds
                            + " s");
        }
    }

    /**
     * A global address for ever, as {@code ip addr add} makes it; for IPv6 without duplicate
     * detection.
     */
    public static LinkAddress of(int linkIndex, InetAddress address, int prefixLength) {
        int flags = address.getAddress().length == 4 ? 0 : IFA_F_NODAD;
        return new LinkAddress(
                linkIndex, address, prefixLength, FOREVER, FOREVER, 0, flags, "", null);
    }

    /** The same, to be removed by the kernel unless it is refreshed: 1 s to {@link #FOREVER}. */
    public LinkAddress leased(long validSeconds, long preferredSeconds) {
        if (validSeconds == 0) {
            throw new IllegalArgumentException("a lease needs at least 1 s");
        }
        return new LinkAddress(
                linkIndex,
                address,
                prefixLength,
                validSeconds,
                preferredSeconds,
                scope,
                flags,
                label,
                broadcast);
    }

    /** The same without the route to its prefix that the kernel would add. */
    public LinkAddress withoutPrefixRoute() {
        return with(scope, flags | IFA_F_NOPREFIXROUTE, label, broadcast);
    }

    /** The same with another scope. */
    public LinkAddress withScope(int scope) {
        return with(scope, flags, label, broadcast);
    }

    /** The same with a label, which has to begin with the interface's name. */
    public LinkAddress withLabel(String label) {
        return with(scope, flags, label, broadcast);
    }

    /** The same with a broadcast address. */
    public LinkAddress withBroadcast(InetAddress broadcast) {
        return with(scope, flags, label, broadcast);
    }

    private LinkAddress with(int scope, int flags, String label, @Nullable InetAddress broadcast) {
        return new LinkAddress(
                linkIndex,
                address,
                prefixLength,
                validSeconds,
                preferredSeconds,
                scope,
                flags,
                label,
                broadcast);
    }

    /** Whether the kernel will remove it by itself. */
    public boolean isLeased() {
        return validSeconds != FOREVER;
    }

    /** Whether its prefix has no route of its own. */
    public boolean lacksPrefixRoute() {
        return (flags & IFA_F_NOPREFIXROUTE) != 0;
    }

    /** Address and prefix length, such as {@code 10.0.205.100/32}. */
    public String prefix() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
