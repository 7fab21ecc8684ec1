package lb.core.linux;

import java.lang.invoke.MethodHandle;

/**
 * A process group of ours: a process that this one started as leader of its own session, and all
 * that came of it (setsid(2), kill(2)). Immutable; any thread.
 *
 * @param leader its process id, above 1
 */
public record ProcessGroup(int leader) {
    /** A request to end. */
    public static final int SIGTERM = 15;

    /** The end. */
    public static final int SIGKILL = 9;

    private static final int ESRCH = 3;
    private static final MethodHandle KILL = Libc.function("kill", Libc.INT, Libc.INT, Libc.INT);

    public ProcessGroup {
        // kill(-1) is everybody, kill(0) is ourselves.
        if (leader <= 1) {
            throw new IllegalArgumentException("no process group: " + leader);
        }
    }

    /**
     * Sends a signal to all members; while there is no such group, to the leader alone: it may not
     * have come to its setsid yet.
     *
     * @return whether there was anybody
     * @throws KernelException when the kernel refuses
     */
    public boolean signal(int signal) {
        return kill(-leader, signal) || kill(leader, signal);
    }

    /** Whether there is a member; a zombie that nobody has waited for counts too. */
    public boolean exists() {
        try {
            return kill(-leader, 0);
        } catch (KernelException e) {
            if (e.errno() == Errno.EPERM) {
                return true;
            }
            throw e;
        }
    }

    private static boolean kill(int target, int signal) {
        int result;
        try {
            result = (int) KILL.invokeExact(Libc.state(), target, signal);
        } catch (Throwable e) {
            throw Libc.broken(e);
        }
        if (result < 0 && Libc.errno() == ESRCH) {
            return false;
        }
        Libc.check(result, "kill", "process " + target);
        return true;
    }
}
