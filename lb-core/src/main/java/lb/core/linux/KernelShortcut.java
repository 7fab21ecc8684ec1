package lb.core.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The kernel's side of the shortcut: the flows whose frames it hands on by itself, and until when
 * it may. One thread adds, removes and counts; {@link #stop} and {@link #interrupt} may be called
 * by any.
 *
 * <p>{@link ShortcutProgram} on the receiving sockets reads it, and {@link ShortcutHandOver} in the
 * steering filters. It lives as long as those: nothing of it is left when sockets and filters have
 * gone. A flow's place in the array is memory shared with the kernel, so that to stop one, or all,
 * is to write one word.
 */
public final class KernelShortcut implements AutoCloseable {
    /** Bytes of the shortest frame that is worth it, from the Ethernet header on. */
    public static final int LARGE_FRAME = ShortcutProgram.LARGE;

    /** Flows that it holds at most. */
    public static final int CAPACITY = 8191;

    private static final String NAME = "lb_shortcut";
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
    private static final Path TIME_OFFSETS = Path.of("/proc/self/timens_offsets");

    private final BpfMap flows;
    private final BpfMap elements;
    private final BpfMap notes;
    private final MemorySegment memory;
    private final Descriptor filter;
    private final Deque<Integer> free = new ArrayDeque<>();

    private KernelShortcut(Deque<BpfMap> opened) {
        flows = BpfMap.create(NAME, ShortcutFlow.KEY_LENGTH, CAPACITY);
        opened.push(flows);
        elements = BpfMap.createMappedArray("lb_elements", ShortcutElement.LENGTH, CAPACITY + 1);
        opened.push(elements);
        notes = BpfMap.createForEachProcessor("lb_notes", ShortcutProgram.NOTE_LENGTH);
        opened.push(notes);
        memory = elements.mapped((CAPACITY + 1L) * ShortcutElement.LENGTH);
        SteeringFilter.requireShortcut(elements.fd(), notes.fd());
        filter =
                Bpf.loadSocketFilter(
                        NAME, ShortcutProgram.assemble(flows.fd(), elements.fd(), notes.fd()));
        for (int index = 1; index <= CAPACITY; index++) {
            free.add(index);
        }
    }

    /**
     * An empty one, which hands on nothing.
     *
     * @throws KernelException when the kernel lacks what it needs; from 5.8 on it has it
     */
    public static KernelShortcut open() {
        requireOneClock();
        Deque<BpfMap> opened = new ArrayDeque<>();
        try {
            return new KernelShortcut(opened);
        } catch (KernelException e) {
            opened.forEach(BpfMap::close);
            throw e;
        }
    }

    /** In a time namespace this process's clock would not be the kernel's. */
    private static void requireOneClock() {
        try {
            if (Files.exists(TIME_OFFSETS)
                    && Files.readAllLines(TIME_OFFSETS).stream()
                            .anyMatch(line -> line.matches("monotonic\\s.*[1-9].*"))) {
                throw new KernelException(
                        "clock_gettime", TIME_OFFSETS.toString(), Errno.EINVAL, "a time namespace");
            }
        } catch (IOException e) {
            throw new KernelException(
                    "read", TIME_OFFSETS.toString(), Errno.EINVAL, String.valueOf(e.getMessage()));
        }
    }

    Descriptor filter() {
        return filter;
    }

    int elements() {
        return elements.fd();
    }

    int notes() {
        return notes.fd();
    }

    /**
     * Has frames of this flow handed on from now on, while the lease runs.
     *
     * @return its number, above 0, for the other methods; 0 when there is no room
     */
    public int add(ShortcutFlow flow) {
        Integer index = free.poll();
        if (index == null) {
            return 0;
        }
        long offset = offset(index);
        memory.asSlice(offset, ShortcutElement.LENGTH).fill((byte) 0);
        byte[] element = flow.element();
        MemorySegment.copy(
                element,
                0,
                memory,
                ValueLayout.JAVA_BYTE,
                offset + ShortcutElement.IN,
                element.length);
        VarHandle.fullFence();
        try {
            flows.put(flow.key(), index);
        } catch (KernelException e) {
            free.add(index);
            throw e;
        }
        return index;
    }

    /** Whether {@link #add} finds room for another flow. */
    public boolean hasRoom() {
        return !free.isEmpty();
    }

    /** Hands on no more of it: from the next frame on. */
    public void stop(int index) {
        WORD.setVolatile(memory, offset(index) + ShortcutElement.STOPPED, 1L);
    }

    /**
     * Removes a stopped flow, unless another has its key by now. Its number stays its own, and its
     * counters true, until {@link #release}.
     */
    public void remove(ShortcutFlow flow, int index) {
        byte[] key = flow.key();
        if (flows.get(key).orElse(0) == index) {
            flows.remove(key);
        }
    }

    /**
     * Gives the number of a removed flow away; no processor may be at a frame of it any more, which
     * takes microseconds.
     */
    public void release(int index) {
        free.add(index);
    }

    /** Frames of it that were handed on. */
    public long packets(int index) {
        return (long) WORD.getVolatile(memory, offset(index) + ShortcutElement.PACKETS);
    }

    /** Bytes of these from the IP header on. */
    public long bytes(int index) {
        return (long) WORD.getVolatile(memory, offset(index) + ShortcutElement.BYTES);
    }

    /** Of its frames the large ones. */
    public long largeFrames(int index) {
        return (long) WORD.getVolatile(memory, offset(index) + ShortcutElement.LARGE_FRAMES);
    }

    /** Until when frames are handed on, as by {@link System#nanoTime}, or what interrupted it. */
    public long lease() {
        return (long) WORD.getVolatile(memory, (long) ShortcutElement.LEASE);
    }

    /**
     * Has frames handed on until then, unless it was interrupted meanwhile.
     *
     * @param seen what {@link #lease} said before it was decided
     * @param untilNanos as by {@link System#nanoTime}; 0 ends the lease, so that a frame costs less
     */
    public boolean prolong(long seen, long untilNanos) {
        return WORD.compareAndSet(memory, (long) ShortcutElement.LEASE, seen, untilNanos);
    }

    /**
     * Ends the lease: from the next frame on nothing is handed on.
     *
     * @param mark a small number, another one each time: so {@link #prolong} sees that it happened
     */
    public void interrupt(long mark) {
        WORD.setVolatile(memory, (long) ShortcutElement.LEASE, mark);
    }

    private static long offset(int index) {
        return (long) index * ShortcutElement.LENGTH;
    }

    /** Hands on nothing more; what sockets and filters still use goes with them. */
    @Override
    public void close() {
        interrupt(0);
        filter.close();
        notes.close();
        elements.close();
        flows.close();
    }
}
