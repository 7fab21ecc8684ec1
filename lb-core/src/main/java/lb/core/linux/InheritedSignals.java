package lb.core.linux;

import java.lang.invoke.MethodHandle;
import java.util.Map;

/**
 * What a process does at a signal when it starts: an ignored signal stays ignored for all that its
 * starter starts (signal(7)), as nohup(1) does with SIGHUP and a shell's script with the SIGINT of
 * what it starts in the background. Stateless; any thread.
 */
public final class InheritedSignals {
    private static final Map<String, Integer> DAEMONS =
            Map.of("SIGHUP", 1, "SIGINT", 2, "SIGTERM", 15);
    private static final long DEFAULT = 0;
    private static final long ERROR = -1;
    private static final MethodHandle SIGNAL =
            Libc.function("signal", Libc.LONG, Libc.INT, Libc.LONG);

    private InheritedSignals() {}

    /**
     * Has SIGHUP, SIGINT and SIGTERM do again what they do by default; to be called before handlers
     * are set, since the JVM leaves ignored ones ignored and says nothing.
     *
     * @throws KernelException when the kernel refuses
     */
    public static void restore() {
        DAEMONS.forEach(InheritedSignals::restore);
    }

    private static void restore(String name, int signal) {
        try {
            long before = (long) SIGNAL.invokeExact(Libc.state(), signal, DEFAULT);
            if (before == ERROR) {
                throw new KernelException("signal", name, Libc.errno());
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }
}
