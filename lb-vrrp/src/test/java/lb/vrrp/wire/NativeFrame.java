package lb.vrrp.wire;

import java.lang.foreign.Arena;
import java.util.HexFormat;
import lb.core.wire.Memory;

/** Native memory for one frame, with guard bytes around it. Lives as long as the test JVM. */
public final class NativeFrame {
    private final long address = Arena.global().allocate(4096).address() + 64;

    /** Where a frame starts. */
    public long address() {
        return address;
    }

    /** Copies a frame in. */
    public int put(byte[] frame) {
        Memory.copy(frame, 0, address, frame.length);
        return frame.length;
    }

    byte[] bytes(int length) {
        byte[] copy = new byte[length];
        Memory.copy(address, copy, 0, length);
        return copy;
    }

    String hex(int length) {
        return HexFormat.of().formatHex(bytes(length));
    }
}
