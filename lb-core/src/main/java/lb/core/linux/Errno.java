package lb.core.linux;

/**
 * The error numbers that we tell apart, with the kernel's own words for every number. Stateless;
 * any thread.
 */
public final class Errno {
    /** Operation not permitted: a missing capability. */
    public static final int EPERM = 1;

    /** No such file, entry or object. */
    public static final int ENOENT = 2;

    /** Interrupted by a signal. */
    public static final int EINTR = 4;

    /** No such device or address. */
    public static final int ENXIO = 6;

    /** Nothing there now; try again. The same number as EWOULDBLOCK. */
    public static final int EAGAIN = 11;

    /** Permission denied. */
    public static final int EACCES = 13;

    /** It exists already. */
    public static final int EEXIST = 17;

    /** No such device: the interface is gone. */
    public static final int ENODEV = 19;

    /** Argument list too long: a full bpf map. */
    public static final int E2BIG = 7;

    /** Invalid argument. */
    public static final int EINVAL = 22;

    /** Out of range: a name that is too long. */
    public static final int ERANGE = 34;

    /** Not a valid message: an answer that is cut short. */
    public static final int EBADMSG = 74;

    /** Message too long for the interface. */
    public static final int EMSGSIZE = 90;

    /** Not supported. */
    public static final int EOPNOTSUPP = 95;

    /** Address already in use. */
    public static final int EADDRINUSE = 98;

    /** The address is not there. */
    public static final int EADDRNOTAVAIL = 99;

    /** The interface is down. */
    public static final int ENETDOWN = 100;

    /** No route. */
    public static final int ENETUNREACH = 101;

    /** No room in the kernel's buffers. */
    public static final int ENOBUFS = 105;

    /** No answer in time. */
    public static final int ETIMEDOUT = 110;

    /** No route to the host: an unreachable route, or no neighbour. */
    public static final int EHOSTUNREACH = 113;

    /** Address family not supported. */
    public static final int EAFNOSUPPORT = 97;

    private Errno() {}

    /** The kernel's words and the number, such as {@code Operation not permitted (errno 1)}. */
    public static String text(int errno) {
        return Libc.errorText(errno) + " (errno " + errno + ")";
    }
}
