package lb.core.wire;

/** Bytes of a test in native memory; one scratch buffer per test class. */
final class NativeBytes {
    private final long address;

    NativeBytes(int capacity) {
        address = Memory.allocateForever(capacity);
    }

    long put(byte[] bytes) {
        Memory.copy(bytes, 0, address, bytes.length);
        return address;
    }
}
