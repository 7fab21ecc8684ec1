package lb.core.linux;

import java.nio.charset.StandardCharsets;

/**
 * A network interface as it stood when it was looked up, in the network namespace of the thread
 * that asked. Immutable; any thread.
 *
 * @param name such as {@code eth0}
 * @param index the kernel's number for it
 * @param mac its Ethernet address, 48 bits
 * @param mtu bytes of the largest packet behind the Ethernet header
 */
public record PacketInterface(String name, int index, long mac, int mtu) {
    private static final int NAME_BYTES = 16;

    /**
     * Looks an interface up.
     *
     * @throws KernelException when there is no such interface (ENODEV), or it cannot be asked
     * @throws IllegalArgumentException when the name cannot be one: empty, or longer than 15 bytes
     */
    public static PacketInterface named(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes >= NAME_BYTES) {
            throw new IllegalArgumentException(
                    "interface name '" + name + "': it has 1 to 15 bytes, this one has " + bytes);
        }
        int fd = InterfaceRequest.socket(name);
        try (InterfaceRequest request = new InterfaceRequest(fd, name)) {
            return new PacketInterface(name, request.index(), request.mac(), request.mtu());
        } finally {
            PacketCalls.close(fd);
        }
    }
}
