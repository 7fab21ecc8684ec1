package lb.director.config;

/**
 * The three timeouts that {@code lvs_timeouts} sets, as {@code ipvsadm --set} does. Immutable.
 *
 * @param tcpSeconds idle established TCP connections, 1 to 2678400
 * @param tcpFinSeconds TCP connections after a FIN, 1 to 2678400
 * @param udpSeconds idle UDP flows, 1 to 2678400
 */
public record LvsTimeouts(int tcpSeconds, int tcpFinSeconds, int udpSeconds) {

    /** The kernel's. */
    public static final LvsTimeouts DEFAULT = new LvsTimeouts(900, 120, 300);
}
