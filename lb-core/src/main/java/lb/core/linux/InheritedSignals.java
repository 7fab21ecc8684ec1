package lb.core.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a process does at a signal when it starts: an ignored signal stays ignored for all that its
 * starter starts (signal(7)), as nohup(1) does with SIGHUP and a shell's script with the SIGINT of
 * what it starts in the background. Stateless; any thread.
 */
public final class InheritedSignals {
    private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, "INT", 2, "TERM", 15);
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String IGNORED = "SigIgn:";
    private static final long DEFAULT = 0;
    private static final long ERROR = -1;
    private static final MethodHandle SIGNAL =
            Libc.function("signal", Libc.LONG, Libc.INT, Libc.LONG);

    private InheritedSignals() {}

    /**
     * Has a signal that is ignored do again what it does by default; to be called right before its
     * handler is set, since the JVM leaves ignored ones ignored and says nothing.
     *
     * @param name HUP, INT or TERM
     * @throws KernelException when the kernel refuses
     */
    public static void restore(String name) {
        Integer signal = NUMBERS.get(name);
        if (signal == null) {
            throw new IllegalArgumentException("not a daemon's signal: " + name);
        }
        if ((ignored() >>> signal - 1 & 1) != 0) {
            toDefault(name, signal);
        }
    }

    /** The signals that this process ignores: signal 1 is the lowest bit. */
    private static long ignored() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(IGNORED))
                    .map(line -> line.substring(IGNORED.length()).strip())
                    .mapToLong(bits -> Long.parseUnsignedLong(bits, 16))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no line " + IGNORED));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STATUS, e);
        }
    }

    private static void toDefault(String name, int signal) {
        try {
            long before = (long) SIGNAL.invokeExact(Libc.state(), signal, DEFAULT);
            if (before == ERROR) {
                throw new KernelException("signal", "SIG" + name, Libc.errno());
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
    }
}
