package lb.core.linux;

/** A system call that failed: says which call, on what, and the kernel's errno. Any thread. */
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;
    private final String summary;

    /**
     * A failure of {@code call}.
     *
     * @param call the system call or netlink message, such as {@code bind}
     * @param object what it was about, such as {@code AF_PACKET socket on eth0}
     * @param errno the kernel's error number, positive
     */
    public KernelException(String call, String object, int errno) {
        this(call, object, errno, "");
    }

    /**
     * A failure of {@code call} of which more is known than the errno.
     *
     * @param detail the kernel's own explanation (netlink's extended ack, the verifier's log), or
     *     what to do; may be empty
     */
    public KernelException(String call, String object, int errno, String detail) {
        super(text(call, object, errno, detail));
        this.errno = errno;
        summary = text(call, object, errno, lastLine(detail));
    }

    private static String text(String call, String object, int errno, String detail) {
        return call
                + "("
                + object
                + "): "
                + Errno.text(errno)
                + (detail.isEmpty() ? "" : ": " + detail);
    }

    /** Where the verifier says why, but for its statistics. */
    private static String lastLine(String detail) {
        return detail.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("processed "))
                .reduce("", (_, later) -> later);
    }

    /** The message in one line: of a longer explanation the last line. */
    public String summary() {
        return summary;
    }

    /** The kernel's error number, positive; compare with the constants in {@link Errno}. */
    public int errno() {
        return errno;
    }
}
