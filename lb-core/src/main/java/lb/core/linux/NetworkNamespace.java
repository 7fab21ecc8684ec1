package lb.core.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A network namespace, held open by a descriptor.
 *
 * <p>Any one thread opens and closes it. {@link #enter} moves only the calling thread; sockets that
 * the thread opens afterwards stay in the namespace wherever they are used later.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final String NAMED = "/var/run/netns/";
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final MethodHandle OPEN =
            Libc.variadic("open", 2, Libc.INT, Libc.POINTER, Libc.INT);
    private static final MethodHandle SETNS = Libc.function("setns", Libc.INT, Libc.INT, Libc.INT);

    private final String path;
    private final Descriptor descriptor;

    private NetworkNamespace(String path, Descriptor descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /**
     * Opens a namespace.
     *
     * @param nameOrPath a name as {@code ip netns} knows it, or a path such as {@code
     *     /proc/1/ns/net}
     * @throws KernelException when there is none of that name, or it may not be opened
     */
    public static NetworkNamespace open(String nameOrPath) {
        String path = nameOrPath.contains("/") ? nameOrPath : NAMED + nameOrPath;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state();
            int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), O_RDONLY_CLOEXEC);
            Libc.check(fd, "open", "network namespace " + path);
            return new NetworkNamespace(path, new Descriptor(fd));
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }

    /**
     * Moves the calling thread into the namespace, for the rest of its life or until it enters
     * another.
     *
     * @throws IllegalStateException on a virtual thread, whose carrier would be moved
     * @throws KernelException without CAP_SYS_ADMIN, or when the file is no network namespace
     */
    public void enter() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException(
                    "a virtual thread cannot enter network namespace " + path);
        }
        MemorySegment state = Libc.state();
        int result;
        try {
            result = (int) SETNS.invokeExact(state, descriptor.fd(), CLONE_NEWNET);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
        Libc.check(result, "setns", "network namespace " + path);
    }

    /**
     * Runs {@code work} on a fresh thread inside a namespace and waits for it.
     *
     * @param nameOrPath as in {@link #open}
     * @return what {@code work} returned
     * @throws Exception what {@code work} threw, or a {@link KernelException} when the namespace
     *     cannot be entered
     */
    public static <T> T in(String nameOrPath, Callable<T> work) throws Exception {
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    try (NetworkNamespace namespace = open(nameOrPath)) {
                        namespace.enter();
                    }
                    return work.call();
                });
        Thread thread = Thread.ofPlatform().name("netns-" + nameOrPath).daemon().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw unwrap(e);
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        }
    }

    private static Exception unwrap(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof Exception exception ? exception : failure;
    }

    /** Closes the descriptor. Threads inside stay inside. */
    @Override
    public void close() {
        descriptor.close();
    }
}
