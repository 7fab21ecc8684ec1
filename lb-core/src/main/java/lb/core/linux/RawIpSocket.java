package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A raw IP socket of one protocol on one interface (raw(7), ipv6(7)): sends whole packets with
 * their IP header, which the kernel resolves and routes, and receives what comes in by this
 * interface, groups only once joined. Used by one thread; belongs to the network namespace of the
 * thread that opened it.
 *
 * <p>IPv4 packets arrive with their IP header. IPv6 packets arrive without; the rest is told by
 * {@link #hopLimit}, {@link #sourceHigh} and so on. Sending and receiving allocate nothing. Its own
 * multicast does not come back.
 */
public final class RawIpSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PRIORITY = 12;
    private static final int SO_BINDTODEVICE = 25;
    private static final int TC_PRIO_CONTROL = 7;
    private static final int INTERFACE_NAME_BYTES = 16;

    private static final int IPPROTO_IP = 0;
    private static final int IP_HDRINCL = 3;
    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_MULTICAST_ALL = 49;

    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_MULTICAST_LOOP = 19;
    private static final int IPV6_JOIN_GROUP = 20;
    private static final int IPV6_MULTICAST_ALL = 29;
    private static final int IPV6_HDRINCL = 36;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_PKTINFO = 50;
    private static final int IPV6_RECVHOPLIMIT = 51;
    private static final int IPV6_HOPLIMIT = 52;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;

    // struct sockaddr_in6 is the longer one; sockaddr_in has its address at offset 4.
    private static final int ADDRESS_BYTES = 28;
    private static final int ADDRESS4_BYTES = 16;

    // struct msghdr of 64-bit Linux, and the room for its control messages.
    private static final int MSGHDR_BYTES = 56;
    private static final int CONTROL_BYTES = 128;
    private static final int CMSG_HEADER = 16;

    private static final ValueLayout.OfInt NETWORK_INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MethodHandle SENDTO =
            Libc.function(
                    "sendto", Libc.LONG, Libc.INT, Libc.LONG, Libc.LONG, Libc.INT, Libc.LONG,
                    Libc.INT);
    private static final MethodHandle SENDTO_PLAIN =
            Libc.plainFunction(
                    "sendto", Libc.LONG, Libc.INT, Libc.LONG, Libc.LONG, Libc.INT, Libc.LONG,
                    Libc.INT);
    private static final MethodHandle RECV_PLAIN =
            Libc.plainFunction("recv", Libc.LONG, Libc.INT, Libc.LONG, Libc.LONG, Libc.INT);
    private static final MethodHandle RECVMSG_PLAIN =
            Libc.plainFunction("recvmsg", Libc.LONG, Libc.INT, Libc.LONG, Libc.INT);

    private final boolean ipv6;
    private final int interfaceIndex;
    private final String object;
    private final Descriptor descriptor;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment to = arena.allocate(ADDRESS_BYTES, Long.BYTES);
    private final MemorySegment from = arena.allocate(ADDRESS_BYTES, Long.BYTES);
    private final MemorySegment vector = arena.allocate(16, Long.BYTES);
    private final MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
    private final MemorySegment header = arena.allocate(MSGHDR_BYTES, Long.BYTES);

    private int hopLimit;
    private long destinationHigh;
    private long destinationLow;

    private RawIpSocket(boolean ipv6, int protocol, String interfaceName, int interfaceIndex) {
        this.ipv6 = ipv6;
        this.interfaceIndex = interfaceIndex;
        object = "raw IP protocol " + protocol + " on " + interfaceName;
        descriptor =
                new Descriptor(
                        PacketCalls.socket(
                                ipv6 ? AF_INET6 : AF_INET,
                                SOCK_RAW | SOCK_CLOEXEC,
                                protocol,
                                object));
    }

    /**
     * Opens one.
     *
     * @param protocol the IP header's protocol number, 1 to 254
     * @throws KernelException naming the option that was refused, such as EPERM without CAP_NET_RAW
     */
    public static RawIpSocket open(
            boolean ipv6, int protocol, String interfaceName, int interfaceIndex) {
        RawIpSocket socket = new RawIpSocket(ipv6, protocol, interfaceName, interfaceIndex);
        try {
            socket.bindTo(interfaceName);
            socket.set(SOL_SOCKET, SO_PRIORITY, "SO_PRIORITY", TC_PRIO_CONTROL);
            if (ipv6) {
                socket.setUpIpv6();
            } else {
                socket.setUpIpv4();
            }
            socket.forgetEarlyPackets();
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void bindTo(String interfaceName) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment name =
                    Libc.padded(
                            call,
                            interfaceName.getBytes(StandardCharsets.UTF_8),
                            INTERFACE_NAME_BYTES);
            PacketCalls.setOption(
                    descriptor.fd(),
                    SOL_SOCKET,
                    SO_BINDTODEVICE,
                    name,
                    "SO_BINDTODEVICE of " + object);
        }
    }

    private void setUpIpv4() {
        set(IPPROTO_IP, IP_HDRINCL, "IP_HDRINCL", 1);
        set(IPPROTO_IP, IP_MULTICAST_IF, "IP_MULTICAST_IF", 0, 0, interfaceIndex);
        set(IPPROTO_IP, IP_MULTICAST_LOOP, "IP_MULTICAST_LOOP", 0);
        set(IPPROTO_IP, IP_MULTICAST_ALL, "IP_MULTICAST_ALL", 0);
    }

    private void setUpIpv6() {
        set(IPPROTO_IPV6, IPV6_HDRINCL, "IPV6_HDRINCL", 1);
        set(IPPROTO_IPV6, IPV6_MULTICAST_IF, "IPV6_MULTICAST_IF", interfaceIndex);
        set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, "IPV6_MULTICAST_LOOP", 0);
        set(IPPROTO_IPV6, IPV6_MULTICAST_ALL, "IPV6_MULTICAST_ALL", 0);
        set(IPPROTO_IPV6, IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO", 1);
        set(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, "IPV6_RECVHOPLIMIT", 1);
        header.set(ValueLayout.JAVA_LONG, 0, from.address());
        header.set(ValueLayout.JAVA_LONG, 16, vector.address());
        header.set(ValueLayout.JAVA_LONG, 24, 1);
        header.set(ValueLayout.JAVA_LONG, 32, control.address());
    }

    /** Between socket and bind it heard every interface. */
    private void forgetEarlyPackets() {
        long got;
        do {
            got = PacketCalls.receive(descriptor.fd(), from.address(), 1);
        } while (got >= 0);
    }

    /** Joins a multicast group on its interface; again does nothing. */
    public void join(InetAddress group) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment request = call.allocate(20, 4);
            MemorySegment.copy(
                    group.getAddress(), 0, request, ValueLayout.JAVA_BYTE, 0, ipv6 ? 16 : 4);
            request.set(ValueLayout.JAVA_INT, ipv6 ? 16 : 8, interfaceIndex);
            PacketCalls.setOption(
                    descriptor.fd(),
                    ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
                    ipv6 ? IPV6_JOIN_GROUP : IP_ADD_MEMBERSHIP,
                    request.asSlice(0, ipv6 ? 20 : 12),
                    "group " + group.getHostAddress() + " of " + object);
        } catch (KernelException e) {
            if (e.errno() != Errno.EADDRINUSE) {
                throw e;
            }
        }
    }

    /** The file descriptor, for {@link Readiness}. */
    public int fd() {
        return descriptor.fd();
    }

    /**
     * Sends one packet that starts with its IP header: bytes sent, or the negative errno. Does not
     * wait.
     *
     * @param high upper 64 bits of an IPv6 destination
     * @param low its lower 64 bits; of which the lower 32 are an IPv4 destination
     */
    public int send(long packet, int length, long high, long low) {
        to.set(ValueLayout.JAVA_SHORT, 0, (short) (ipv6 ? AF_INET6 : AF_INET));
        if (ipv6) {
            to.set(NETWORK_LONG, 8, high);
            to.set(NETWORK_LONG, 16, low);
            to.set(ValueLayout.JAVA_INT, 24, isLinkLocal(high) ? interfaceIndex : 0);
        } else {
            to.set(NETWORK_INT, 4, (int) low);
        }
        try {
            long sent =
                    (long)
                            SENDTO_PLAIN.invokeExact(
                                    descriptor.fd(),
                                    packet,
                                    (long) length,
                                    MSG_DONTWAIT,
                                    to.address(),
                                    ipv6 ? ADDRESS_BYTES : ADDRESS4_BYTES);
            return sent < 0 ? sendAgain(packet, length) : (int) sent;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /** What failed is tried once more, so that it succeeds or says why. */
    private int sendAgain(long packet, int length) throws Throwable {
        long sent =
                (long)
                        SENDTO.invokeExact(
                                Libc.state(),
                                descriptor.fd(),
                                packet,
                                (long) length,
                                MSG_DONTWAIT,
                                to.address(),
                                ipv6 ? ADDRESS_BYTES : ADDRESS4_BYTES);
        return sent < 0 ? -Libc.errno() : (int) sent;
    }

    /** fe80::/10, and multicast of link-local scope (RFC 4291 section 2.7). */
    private static boolean isLinkLocal(long high) {
        return high >>> 54 == 0xfe80 >>> 6 || (high >>> 48 & 0xff0f) == 0xff02;
    }

    /**
     * Takes one packet that waits: its length, of which at most {@code room} bytes were stored; or
     * −1, when none waits, or an error waited instead, which is taken by that. Does not wait.
     */
    public int receive(long address, int room) {
        try {
            return ipv6
                    ? receiveWithAncillary(address, room)
                    : (int)
                            (long)
                                    RECV_PLAIN.invokeExact(
                                            descriptor.fd(),
                                            address,
                                            (long) room,
                                            MSG_DONTWAIT | MSG_TRUNC);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    private int receiveWithAncillary(long address, int room) throws Throwable {
        vector.set(ValueLayout.JAVA_LONG, 0, address);
        vector.set(ValueLayout.JAVA_LONG, 8, room);
        header.set(ValueLayout.JAVA_INT, 8, ADDRESS_BYTES);
        header.set(ValueLayout.JAVA_LONG, 40, CONTROL_BYTES);
        header.set(ValueLayout.JAVA_INT, 48, 0);
        long got =
                (long)
                        RECVMSG_PLAIN.invokeExact(
                                descriptor.fd(), header.address(), MSG_DONTWAIT | MSG_TRUNC);
        if (got < 0) {
            return -1;
        }
        readControl(header.get(ValueLayout.JAVA_LONG, 40));
        return (int) got;
    }

    private void readControl(long length) {
        hopLimit = -1;
        destinationHigh = 0;
        destinationLow = 0;
        long at = 0;
        while (at + CMSG_HEADER <= length) {
            long messageLength = control.get(ValueLayout.JAVA_LONG, at);
            if (messageLength < CMSG_HEADER || at + messageLength > length) {
                return;
            }
            if (control.get(ValueLayout.JAVA_INT, at + 8) == IPPROTO_IPV6) {
                readAncillary(control.get(ValueLayout.JAVA_INT, at + 12), at + CMSG_HEADER);
            }
            at += messageLength + 7 & ~7L;
        }
    }

    private void readAncillary(int type, long data) {
        if (type == IPV6_HOPLIMIT) {
            hopLimit = control.get(ValueLayout.JAVA_INT, data);
        } else if (type == IPV6_PKTINFO) {
            destinationHigh = control.get(NETWORK_LONG, data);
            destinationLow = control.get(NETWORK_LONG, data + 8);
        }
    }

    /** IPv6: the hop limit of the packet received last, 0 to 255, −1 if the kernel did not say. */
    public int hopLimit() {
        return hopLimit;
    }

    /** IPv6: the upper half of its source address. */
    public long sourceHigh() {
        return from.get(NETWORK_LONG, 8);
    }

    /** IPv6: the lower half of its source address. */
    public long sourceLow() {
        return from.get(NETWORK_LONG, 16);
    }

    /** IPv6: the upper half of its destination address. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** IPv6: the lower half of its destination address. */
    public long destinationLow() {
        return destinationLow;
    }

    private void set(int level, int option, String name, int... words) {
        try (Arena call = Arena.ofConfined()) {
            PacketCalls.setOption(
                    descriptor.fd(),
                    level,
                    option,
                    call.allocateFrom(ValueLayout.JAVA_INT, words),
                    name + " of " + object);
        }
    }

    /** Closes it; again does nothing. */
    @Override
    public void close() {
        if (descriptor.isOpen()) {
            descriptor.close();
            arena.close();
        }
    }
}
