package lb.core.linux;

import java.lang.foreign.Arena;

/** Zero-filled memory outside the heap, known by its address, until it is closed. Any thread. */
public final class NativeBuffer implements AutoCloseable {
    private static final int CACHE_LINE = 64;

    private final Arena arena = Arena.ofShared();
    private final long address;

    /** Memory of {@code bytes} bytes that starts on a cache line. */
    public NativeBuffer(long bytes) {
        address = arena.allocate(bytes, CACHE_LINE).address();
    }

    /** Where it starts. */
    public long address() {
        return address;
    }

    /** Frees it; its addresses must not be used afterwards. */
    @Override
    public void close() {
        arena.close();
    }
}
