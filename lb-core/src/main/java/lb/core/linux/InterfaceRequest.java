package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A struct ifreq and the socket that it is asked with (netdevice(7)). One thread, the one that made
 * it.
 */
final class InterfaceRequest implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int BYTES = 40;
    private static final long VALUE = 16;
    private static final long HARDWARE_ADDRESS = 18;

    private static final long SIOCGIFNAME = 0x8910;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final long SIOCGIFINDEX = 0x8933;

    private final Arena arena = Arena.ofConfined();
    private final int fd;
    private final String name;
    private final MemorySegment request;

    /**
     * A request about the interface {@code name}.
     *
     * @param fd any socket of the interface's network namespace
     */
    InterfaceRequest(int fd, String name) {
        this.fd = fd;
        this.name = name;
        request = Libc.padded(arena, name.getBytes(StandardCharsets.UTF_8), BYTES);
    }

    /** A socket to ask with, in the network namespace of the calling thread. */
    static int socket(String name) {
        return PacketCalls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, name);
    }

    /** Goes on with the interface that has this index, whatever its name is now. */
    InterfaceRequest at(int index) {
        request.set(ValueLayout.JAVA_INT, VALUE, index);
        ask(SIOCGIFNAME, "SIOCGIFNAME");
        return this;
    }

    int index() {
        ask(SIOCGIFINDEX, "SIOCGIFINDEX");
        return request.get(ValueLayout.JAVA_INT, VALUE);
    }

    int mtu() {
        ask(SIOCGIFMTU, "SIOCGIFMTU");
        return request.get(ValueLayout.JAVA_INT, VALUE);
    }

    /** IFF_UP is bit 0, IFF_RUNNING bit 6. */
    int flags() {
        ask(SIOCGIFFLAGS, "SIOCGIFFLAGS");
        return request.get(ValueLayout.JAVA_SHORT, VALUE);
    }

    long mac() {
        ask(SIOCGIFHWADDR, "SIOCGIFHWADDR");
        long mac = 0;
        for (int i = 0; i < 6; i++) {
            mac = (mac << 8) | (request.get(ValueLayout.JAVA_BYTE, HARDWARE_ADDRESS + i) & 0xff);
        }
        return mac;
    }

    private void ask(long what, String word) {
        PacketCalls.ioctl(fd, what, request, word + " " + name);
    }

    @Override
    public void close() {
        arena.close();
    }
}
