package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the kernel's run of an eBPF program on a single frame came to (BPF_PROG_TEST_RUN).
 *
 * @param result what the program returned
 * @param frame the frame after it
 */
record ProgramRun(int result, byte[] frame) {
    private static final int BPF_PROG_TEST_RUN = 10;
    private static final int CONTEXT_LENGTH = 192;

    /** Offset of {@code gso_size} in struct __sk_buff. */
    private static final int SEGMENT_BYTES = 176;

    /**
     * Runs it.
     *
     * @param segmentBytes of a frame that is to be cut into segments, else 0
     */
    static ProgramRun of(Descriptor program, byte[] frame, int segmentBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = Bpf.attributes(arena);
            MemorySegment context = arena.allocate(CONTEXT_LENGTH);
            context.set(Libc.INT, SEGMENT_BYTES, segmentBytes);
            attributes.set(Libc.INT, 0, program.fd());
            attributes.set(Libc.INT, 8, frame.length);
            attributes.set(Libc.INT, 12, frame.length);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
            MemorySegment out = arena.allocate(frame.length);
            attributes.set(Libc.LONG, 16, bytes.address());
            attributes.set(Libc.LONG, 24, out.address());
            attributes.set(Libc.INT, 40, CONTEXT_LENGTH);
            attributes.set(Libc.LONG, 48, context.address());
            Bpf.call(BPF_PROG_TEST_RUN, attributes, "BPF_PROG_TEST_RUN", "test");
            return new ProgramRun(attributes.get(Libc.INT, 4), out.toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
