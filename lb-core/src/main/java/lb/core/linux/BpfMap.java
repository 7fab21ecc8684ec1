package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A bpf map: a hash map with keys of fixed length and 32-bit values, or an array of longer elements
 * that programs share.
 *
 * <p>The kernel makes each change atomic; the object is used by one thread. Lives on after {@link
 * #close} while a program uses it.
 */
final class BpfMap implements AutoCloseable {
    private static final int HASH = 1;
    private static final int ARRAY = 2;
    private static final int ARRAY_FOR_EACH_PROCESSOR = 6;
    private static final int NO_PREALLOCATION = 1;
    private static final int CAN_BE_MAPPED = 1 << 10;
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
        return create(name, HASH, keyLength, VALUE_LENGTH, capacity, NO_PREALLOCATION);
    }

    /** An array of zeros that {@link #mapped} shows to this process. Linux 5.5 or later. */
    static BpfMap createMappedArray(String name, int valueLength, int capacity) {
        return create(name, ARRAY, Integer.BYTES, valueLength, capacity, CAN_BE_MAPPED);
    }

    /** One element of zeros for each processor, which programs find at index 0. */
    static BpfMap createForEachProcessor(String name, int valueLength) {
        return create(name, ARRAY_FOR_EACH_PROCESSOR, Integer.BYTES, valueLength, 1, 0);
    }

    private static BpfMap create(
            String name, int type, int keyLength, int valueLength, int capacity, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            attributes.set(Libc.INT, 0, type);
            attributes.set(Libc.INT, 4, keyLength);
            attributes.set(Libc.INT, 8, valueLength);
            attributes.set(Libc.INT, 12, capacity);
            attributes.set(Libc.INT, 16, flags);
            Bpf.name(attributes, 28, name);
            long fd = Bpf.call(Bpf.MAP_CREATE, attributes, "BPF_MAP_CREATE", name);
            return new BpfMap(name, keyLength, capacity, new Descriptor((int) fd));
        }
    }

    /**
     * The elements of a mapped array, one behind the other. The memory is given back once nobody
     * refers to it, so that no thread can meet it gone.
     */
    MemorySegment mapped(long bytes) {
        long address = PacketCalls.map(fd(), bytes, name);
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, Arena.ofAuto(), _ -> PacketCalls.unmap(address, bytes));
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
