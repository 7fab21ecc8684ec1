package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** The system call bpf(2): programs and the maps they read. Stateless; any thread. */
final class Bpf {
    static final int MAP_CREATE = 0;
    static final int MAP_LOOKUP = 1;
    static final int MAP_UPDATE = 2;
    static final int MAP_DELETE = 3;
    static final int MAP_NEXT_KEY = 4;

    private static final int PROG_LOAD = 5;
    private static final int OBJECT_INFO = 15;
    private static final int SOCKET_FILTER = 1;
    private static final int SCHED_CLS = 3;
    private static final int ATTRIBUTES_LENGTH = 128;
    private static final int LOG_LENGTH = 1 << 18;
    private static final int PROGRAM_INFO_LENGTH = 64;
    private static final int PROGRAM_ID_OFFSET = 4;

    private static final MethodHandle SYSCALL =
            Libc.variadic("syscall", 1, Libc.LONG, Libc.LONG, Libc.LONG, Libc.POINTER, Libc.LONG);

    private Bpf() {}

    /**
     * Loads a traffic classifier.
     *
     * @param name for bpftool; letters, digits, dots and underscores, at most 15
     * @throws KernelException with the verifier's log when the kernel rejects the program
     */
    static Descriptor loadClassifier(String name, byte[] instructions) {
        return load(SCHED_CLS, name, instructions);
    }

    /** Loads a filter for sockets; as {@link #loadClassifier}. */
    static Descriptor loadSocketFilter(String name, byte[] instructions) {
        return load(SOCKET_FILTER, name, instructions);
    }

    private static Descriptor load(int type, String name, byte[] instructions) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = programAttributes(arena, type, name, instructions);
            long fd = tryCall(PROG_LOAD, attributes);
            if (fd >= 0) {
                return new Descriptor((int) fd);
            }
            if (isDenied(Libc.errno())) {
                throw failure("BPF_PROG_LOAD", name, Libc.errno());
            }
            throw rejected(arena, name, attributes);
        }
    }

    private static MemorySegment programAttributes(
            Arena arena, int type, String name, byte[] instructions) {
        MemorySegment attributes = attributes(arena);
        MemorySegment code = arena.allocate(instructions.length, Long.BYTES);
        MemorySegment.copy(instructions, 0, code, ValueLayout.JAVA_BYTE, 0, instructions.length);
        attributes.set(Libc.INT, 0, type);
        attributes.set(Libc.INT, 4, instructions.length / Long.BYTES);
        attributes.set(Libc.LONG, 8, code.address());
        // Calls no function that the kernel keeps for GPL programs.
        attributes.set(Libc.LONG, 16, arena.allocateFrom("Apache-2.0").address());
        name(attributes, 48, name);
        return attributes;
    }

    /** Loads once more with the verifier's log on, for the exception's text. */
    private static KernelException rejected(Arena arena, String name, MemorySegment attributes) {
        MemorySegment log = arena.allocate(LOG_LENGTH);
        attributes.set(Libc.INT, 24, 1);
        attributes.set(Libc.INT, 28, LOG_LENGTH);
        attributes.set(Libc.LONG, 32, log.address());
        long fd = tryCall(PROG_LOAD, attributes);
        if (fd >= 0) {
            new Descriptor((int) fd).close();
        }
        return new KernelException("BPF_PROG_LOAD", name, Libc.errno(), log.getString(0).strip());
    }

    /** The kernel's number of a loaded program, as {@code tc filter show} and bpftool tell it. */
    static int programId(Descriptor program) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(PROGRAM_INFO_LENGTH, Long.BYTES);
            MemorySegment attributes = attributes(arena);
            attributes.set(Libc.INT, 0, program.fd());
            attributes.set(Libc.INT, 4, PROGRAM_INFO_LENGTH);
            attributes.set(Libc.LONG, 8, info.address());
            call(OBJECT_INFO, attributes, "BPF_OBJ_GET_INFO_BY_FD", "program");
            return info.get(Libc.INT, PROGRAM_ID_OFFSET);
        }
    }

    /**
     * A zeroed union bpf_attr: an older kernel accepts what it does not know as long as it is zero.
     */
    static MemorySegment attributes(Arena arena) {
        return arena.allocate(ATTRIBUTES_LENGTH, Long.BYTES);
    }

    static void name(MemorySegment attributes, int offset, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, attributes, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    /** Makes the call; a failure is an exception. */
    static long call(int command, MemorySegment attributes, String name, String object) {
        long result = tryCall(command, attributes);
        if (result < 0) {
            throw failure(name, object, Libc.errno());
        }
        return result;
    }

    /** Makes the call; negative with errno set when it fails. */
    static long tryCall(int command, MemorySegment attributes) {
        MemorySegment state = Libc.state();
        try {
            return (long)
                    SYSCALL.invokeExact(
                            state,
                            systemCallNumber(),
                            (long) command,
                            attributes,
                            (long) ATTRIBUTES_LENGTH);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    static KernelException failure(String call, String object, int errno) {
        String detail = "";
        if (isDenied(errno)) {
            detail =
                    "needs CAP_BPF and CAP_NET_ADMIN (before Linux 5.8: CAP_SYS_ADMIN; before 5.11"
                            + " also a larger RLIMIT_MEMLOCK)";
        }
        return new KernelException(call, object, errno, detail);
    }

    private static boolean isDenied(int errno) {
        return errno == Errno.EPERM;
    }

    private static long systemCallNumber() {
        String architecture = System.getProperty("os.arch", "");
        return switch (architecture) {
            case "amd64", "x86_64" -> 321;
            case "aarch64", "riscv64" -> 280;
            default ->
                    throw new UnsupportedOperationException(
                            "bpf(2) has no known number on architecture " + architecture);
        };
    }
}
