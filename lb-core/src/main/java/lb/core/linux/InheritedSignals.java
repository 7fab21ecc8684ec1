package lb.core.linux;

import java.lang.invoke.MethodHandle;

/**
 * What a process does at a signal when it starts: an ignored signal stays ignored for all that its
 * starter starts (signal(7)), as nohup(1) does with SIGHUP. Stateless; any thread.
 */
public final class InheritedSignals {
    private static final int SIGHUP = 1;
    private static final long DEFAULT = 0;
    private static final long ERROR = -1;
    private static final MethodHandle SIGNAL =
            Libc.function("signal", Libc.LONG, Libc.INT, Libc.LONG);

    private InheritedSignals() {}

    /**
     * Has SIGHUP do again what it does by default; to be called before a handler is set, since the
     * JVM leaves an ignored SIGHUP ignored and says nothing.
     *
     * @throws KernelException when the kernel refuses
     */
    public static void restoreHangup() {
        try {
            long before = (long) SIGNAL.invokeExact(Libc.state(), SIGHUP, DEFAULT);
            if (before == ERROR) {
                throw new KernelException("signal", "SIGHUP", Libc.errno());
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }
}
