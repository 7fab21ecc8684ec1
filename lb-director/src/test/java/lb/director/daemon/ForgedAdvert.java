package lb.director.daemon;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import lb.core.linux.NativeBuffer;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.vrrp.wire.AdvertEncoder;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.Authentication;
import lb.vrrp.wire.VrrpVersion;

/**
 * An advert as our encoder writes it, then spoiled on purpose; its checksums are made to fit what
 * it has become, unless they are what is spoiled. One thread.
 */
final class ForgedAdvert {
    static final String SOURCE = "10.9.0.3";
    static final String SOURCE6 = "fe80::ff:fe00:3";
    static final long MAC = 0x02_00_00_00_00_03L;

    private static final int ETHERNET = 14;
    private static final int TTL4 = 22;
    private static final int HOP_LIMIT = 21;
    private static final int PROTOCOL = 112;

    private final boolean ipv4;
    private final byte[] head;
    private byte[] message;
    private boolean pseudo;
    private int checksumError;
    private int padding;

    private ForgedAdvert(boolean ipv4, byte[] head, byte[] message, boolean pseudo) {
        this.ipv4 = ipv4;
        this.head = head;
        this.message = message;
        this.pseudo = pseudo;
    }

    /** A sound one in the manner of an instance, without a password. */
    static ForgedAdvert of(Instances.One instance, int priority) {
        return of(instance, priority, Authentication.none());
    }

    static ForgedAdvert of(Instances.One instance, int priority, Authentication authentication) {
        boolean v2 = instance.words().contains("version 2");
        List<IpAddress> vips =
                instance.vips().stream()
                        .map(vip -> IpAddress.parse(vip.replaceAll("/.*", "")))
                        .toList();
        AdvertFormat format =
                AdvertFormat.of(v2 ? VrrpVersion.V2 : VrrpVersion.V3, instance.vrid(), vips)
                        .advertIntervalNanos(
                                Math.round(Double.parseDouble(instance.interval()) * 1e9))
                        .authentication(authentication)
                        .build();
        boolean ipv4 = vips.getFirst().isIpv4();
        AdvertEncoder encoder =
                new AdvertEncoder(format, IpAddress.parse(ipv4 ? SOURCE : SOURCE6), MAC);
        try (NativeBuffer memory = new NativeBuffer(encoder.frameLength())) {
            byte[] frame = new byte[encoder.frame(memory.address(), priority)];
            Memory.copy(memory.address(), frame, 0, frame.length);
            int message = ETHERNET + (ipv4 ? 20 : 40);
            return new ForgedAdvert(
                    ipv4,
                    Arrays.copyOf(frame, message),
                    Arrays.copyOfRange(frame, message, frame.length),
                    !v2);
        }
    }

    /** TTL or hop limit. */
    ForgedAdvert ttl(int value) {
        head[ipv4 ? TTL4 : HOP_LIMIT] = (byte) value;
        return this;
    }

    ForgedAdvert from(String source) {
        ByteBuffer.wrap(head).putInt(26, IpAddress.parse(source).ipv4());
        return this;
    }

    /** A byte of the VRRP message. */
    ForgedAdvert put(int offset, int value) {
        message[offset] = (byte) value;
        return this;
    }

    ForgedAdvert checksumOffBy(int error) {
        checksumError = error;
        return this;
    }

    /** The checksum without pseudo-header, RFC 9568's over IPv4. */
    ForgedAdvert plain() {
        pseudo = false;
        return this;
    }

    /** Leaves out the last bytes, or adds zeros; the IP header says so. */
    ForgedAdvert longerBy(int bytes) {
        message = Arrays.copyOf(message, message.length + bytes);
        return this;
    }

    /** Pads the frame to 60 bytes, as network cards do; the IP header does not count that. */
    ForgedAdvert padded() {
        padding = Math.max(0, 60 - head.length - message.length);
        return this;
    }

    byte[] frame() {
        ByteBuffer ip = ByteBuffer.wrap(head);
        if (ipv4) {
            ip.putShort(ETHERNET + 2, (short) (head.length - ETHERNET + message.length));
            ip.putShort(ETHERNET + 10, (short) 0);
            ip.putShort(ETHERNET + 10, checksum(sum(head, ETHERNET, 20)));
        } else {
            ip.putShort(ETHERNET + 4, (short) message.length);
        }
        if (message.length >= 8) {
            ByteBuffer vrrp = ByteBuffer.wrap(message);
            vrrp.putShort(6, (short) 0);
            long sum = sum(message, 0, message.length) + (pseudo ? pseudoHeader() : 0);
            vrrp.putShort(6, (short) (checksum(sum) + checksumError));
        }
        byte[] frame = Arrays.copyOf(head, head.length + message.length + padding);
        System.arraycopy(message, 0, frame, head.length, message.length);
        return frame;
    }

    private long pseudoHeader() {
        int addresses = ipv4 ? 8 : 32;
        return sum(head, head.length - addresses, addresses) + PROTOCOL + message.length;
    }

    private static long sum(byte[] bytes, int from, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (bytes[from + i] & 0xffL) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    private static short checksum(long sum) {
        long folded = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((folded & 0xffff) + (folded >>> 16));
    }
}
