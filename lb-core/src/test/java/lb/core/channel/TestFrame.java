package lb.core.channel;

import lb.core.linux.NativeBuffer;
import lb.core.wire.Memory;

/** A frame of a private ethertype in native memory, with a virtio header in front. One thread. */
final class TestFrame implements AutoCloseable {
    static final int ETHERTYPE = 0x88b5;
    static final long BROADCAST = 0xffff_ffff_ffffL;

    private final NativeBuffer memory;
    private final int length;

    TestFrame(int length) {
        this.length = length;
        memory = new NativeBuffer(length + 16);
        Memory.putU48(address(), BROADCAST);
        Memory.putU48(address() + 6, 0x0200_0000_0001L);
        Memory.putU16(address() + 12, ETHERTYPE);
    }

    /**
     * Makes it an IPv4 UDP packet with a right length and no checksums; the source address is at
     * offset 26.
     */
    static void udp(TestFrame frame) {
        long ip = frame.address() + 14;
        Memory.putU16(ip - 2, 0x0800);
        Memory.putU8(ip, 0x45);
        Memory.putU16(ip + 2, frame.length - 14);
        Memory.putU8(ip + 8, 64);
        Memory.putU8(ip + 9, 17);
        Memory.putI32(ip + 16, 0x0a00_0002);
        Memory.putU16(ip + 20, 1000);
        Memory.putU16(ip + 22, 2000);
        Memory.putU16(ip + 24, frame.length - 34);
    }

    long address() {
        return memory.address() + 16;
    }

    int length() {
        return length;
    }

    /** Writes the serial number, right after the Ethernet header. */
    TestFrame numbered(int number) {
        Memory.putI32(address() + 14, number);
        return this;
    }

    @Override
    public void close() {
        memory.close();
    }
}
