package lb.core.linux;

/** A system call that failed: says which call, on what, and the kernel's errno. Any thread. */
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * A failure of {@code call}.
     *
     * @param call the system call or netlink message, such as {@code bind}
     * @param object what it was about, such as {@code AF_PACKET socket on eth0}
     * @param errno the kernel's error number, positive
     */
    public KernelException(String call, String object, int errno) {
        super(call + "(" + object + "): " + Errno.text(errno));
        this.errno = errno;
    }

    /**
     * A failure of {@code call} of which more is known than the errno.
     *
     * @param detail the kernel's own explanation (netlink's extended ack, the verifier's log), or
     *     what to do; may be empty
     */
    public KernelException(String call, String object, int errno, String detail) {
        super(
                call
                        + "("
                        + object
                        + "): "
                        + Errno.text(errno)
                        + (detail.isEmpty() ? "" : ": " + detail));
        this.errno = errno;
    }

    /** The kernel's error number, positive; compare with the constants in {@link Errno}. */
    public int errno() {
        return errno;
    }
}
