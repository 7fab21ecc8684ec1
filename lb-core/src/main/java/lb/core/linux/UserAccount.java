package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A user that this machine knows, from whatever source it knows users (getpwnam(3)). Immutable; any
 * thread.
 *
 * @param uid its number
 * @param gid the number of its own group
 * @param home its home folder; it need not exist
 */
public record UserAccount(String name, int uid, int gid, String home) {
    // Offsets in struct passwd and struct group of 64-bit Linux.
    private static final long PASSWD_UID = 16;
    private static final long PASSWD_GID = 20;
    private static final long PASSWD_DIR = 32;
    private static final long GROUP_GID = 16;
    private static final int STRUCT_BYTES = 64;
    private static final int TEXT_BYTES = 64 * 1024;
    private static final int PATH_MAX = 4096;
    private static final MethodHandle GETPWNAM = lookup("getpwnam_r");
    private static final MethodHandle GETGRNAM = lookup("getgrnam_r");
    private static final MethodHandle GETEUID = Libc.function("geteuid", Libc.INT);

    private static MethodHandle lookup(String function) {
        return Libc.function(
                function,
                Libc.INT,
                Libc.POINTER,
                Libc.POINTER,
                Libc.POINTER,
                Libc.LONG,
                Libc.POINTER);
    }

    /** The user of that name. */
    public static Optional<UserAccount> named(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return find(GETPWNAM, name, arena)
                    .map(found ->
                            new UserAccount(
                                    name,
                                    found.get(ValueLayout.JAVA_INT, PASSWD_UID),
                                    found.get(ValueLayout.JAVA_INT, PASSWD_GID),
                                    found.get(Libc.POINTER, PASSWD_DIR)
                                            .reinterpret(PATH_MAX)
                                            .getString(0)));
        }
    }

    /** The number of the group of that name. */
    public static OptionalInt groupNamed(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return find(GETGRNAM, name, arena)
                    .map(found -> OptionalInt.of(found.get(ValueLayout.JAVA_INT, GROUP_GID)))
                    .orElseGet(OptionalInt::empty);
        }
    }

    /** The number of the user in whose name this process acts; 0 is root. */
    public static int effectiveUid() {
        try {
            return (int) GETEUID.invokeExact(Libc.state());
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    private static Optional<MemorySegment> find(MethodHandle function, String name, Arena arena) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        MemorySegment struct = arena.allocate(STRUCT_BYTES, Long.BYTES);
        MemorySegment result = arena.allocate(Libc.POINTER);
        MemorySegment text = arena.allocate(TEXT_BYTES);
        MemorySegment wanted = arena.allocateFrom(name, StandardCharsets.UTF_8);
        try {
            int errno =
                    (int)
                            function.invokeExact(
                                    Libc.state(), wanted, struct, text, (long) TEXT_BYTES, result);
            boolean found = errno == 0 && result.get(Libc.POINTER, 0).address() != 0;
            return found ? Optional.of(struct) : Optional.empty();
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }
}
