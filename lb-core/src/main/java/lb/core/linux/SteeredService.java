package lb.core.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Traffic that the kernel must leave to the director. Immutable; any thread.
 *
 * @param address the VIP, IPv4 or IPv6
 * @param protocol 6 TCP, 17 UDP, 132 SCTP
 * @param port 1 to 65,535, or {@link #EVERY_PORT}
 */
public record SteeredService(InetAddress address, int protocol, int port) {
    /** The port of a service that takes all ports. */
    public static final int EVERY_PORT = 0;

    static final int TCP = 6;
    static final int UDP = 17;
    static final int SCTP = 132;
    static final int KEY_LENGTH = 20;

    private static final int PORT_OFFSET = 16;
    private static final int MAX_PORT = 0xffff;

    /** Checks protocol and port. */
    public SteeredService {
        Objects.requireNonNull(address);
        if (protocol != TCP && protocol != UDP && protocol != SCTP) {
            throw new IllegalArgumentException(
                    "protocol "
                            + protocol
                            + " cannot be steered: only TCP (6), UDP (17), SCTP (132)");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
    }

    /**
     * The key below which the filter finds it: address (IPv4 zero-filled), port, protocol, family.
     */
    byte[] key() {
        ByteBuffer key = ByteBuffer.allocate(KEY_LENGTH).put(address.getAddress());
        key.position(PORT_OFFSET).putShort((short) port).put((byte) protocol);
        return key.put((byte) AddressCodec.family(address)).array();
    }

    /** The entry by which the filter knows that this address and protocol have a service at all. */
    SteeredService onEveryPort() {
        return new SteeredService(address, protocol, EVERY_PORT);
    }
}
