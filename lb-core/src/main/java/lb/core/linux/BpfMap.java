package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A bpf hash map with keys of fixed length and 32-bit values.
 *
 * <p>The kernel makes each change atomic; the object is used by one thread. Lives on after {@link
 * #close} while a program uses it.
 */
final class BpfMap implements AutoCloseable {
    private static final int HASH = 1;
    private static final int NO_PREALLOCATION = 1;
    private static final int VALUE_LENGTH = Integer.BYTES;

    private final String name;
    private final int keyLength;
    private final int capacity;
    private final Descriptor descriptor;

    private BpfMap(String name, int keyLength, int capacity, Descriptor descriptor) {
        this.name = name;
        this.keyLength = keyLength;
        this.capacity = capacity;
        this.descriptor = descriptor;
    }

    /**
     * Creates an empty map.
     *
     * @param name for bpftool; letters, digits, dots and underscores, at most 15
     * @param capacity most entries it takes
     */
    static BpfMap create(String name, int keyLength, int capacity) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(Libc.INT, 0, HASH);
            attributes.set(Libc.INT, 4, keyLength);
            attributes.set(Libc.INT, 8, VALUE_LENGTH);
            attributes.set(Libc.INT, 12, capacity);
            attributes.set(Libc.INT, 16, NO_PREALLOCATION);
            Bpf.name(attributes, 28, name);
            long fd = Bpf.call(Bpf.MAP_CREATE, attributes, "BPF_MAP_CREATE", name);
            return new BpfMap(name, keyLength, capacity, new Descriptor((int) fd));
        }
    }

    int fd() {
        return descriptor.fd();
    }

    /** Adds an entry, or changes its value. */
    void put(byte[] key, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
            if (Bpf.tryCall(Bpf.MAP_UPDATE, element(arena, key, number)) < 0) {
                if (Libc.errno() == Errno.E2BIG) {
                    String detail = "the map is full: it takes " + capacity + " entries";
                    throw new KernelException("BPF_MAP_UPDATE_ELEM", name, Errno.E2BIG, detail);
                }
                throw Bpf.failure("BPF_MAP_UPDATE_ELEM", name, Libc.errno());
            }
        }
    }

    /** The value of an entry; empty when there is none. */
    OptionalInt get(byte[] key) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            boolean found =
                    isThere(Bpf.MAP_LOOKUP, element(arena, key, number), "BPF_MAP_LOOKUP_ELEM");
            return found ? OptionalInt.of(number.get(Libc.INT, 0)) : OptionalInt.empty();
        }
    }

    /** Removes an entry; false when there is none. */
    boolean remove(byte[] key) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = element(arena, key, MemorySegment.NULL);
            return isThere(Bpf.MAP_DELETE, attributes, "BPF_MAP_DELETE_ELEM");
        }
    }

    /** All keys; at most {@code capacity}, whatever the kernel answers. */
    List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment next = arena.allocate(keyLength);
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(Libc.INT, 0, fd());
            attributes.set(Libc.LONG, 16, next.address());
            MemorySegment current = arena.allocate(keyLength);
            while (keys.size() < capacity
                    && isThere(Bpf.MAP_NEXT_KEY, attributes, "BPF_MAP_GET_NEXT_KEY")) {
                keys.add(next.toArray(ValueLayout.JAVA_BYTE));
                current.copyFrom(next);
                attributes.set(Libc.LONG, 8, current.address());
            }
        }
        return keys;
    }

    private boolean isThere(int command, MemorySegment attributes, String call) {
        if (Bpf.tryCall(command, attributes) >= 0) {
            return true;
        }
        if (Libc.errno() == Errno.ENOENT) {
            return false;
        }
        throw Bpf.failure(call, name, Libc.errno());
    }

    private MemorySegment element(Arena arena, byte[] key, MemorySegment value) {
        if (key.length != keyLength) {
            throw new IllegalArgumentException(
                    "a key of " + name + " has " + keyLength + " bytes, not " + key.length);
        }
        MemorySegment attributes = Bpf.attributes(arena);
        attributes.set(Libc.INT, 0, fd());
        attributes.set(Libc.LONG, 8, arena.allocateFrom(ValueLayout.JAVA_BYTE, key).address());
        attributes.set(Libc.LONG, 16, value.address());
        return attributes;
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
