package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lb.core.wire.IpAddress;
import lb.core.wire.MacAddress;
import lb.director.lab.Capture;
import lb.director.lab.CapturedFrame;
import lb.director.lab.Host;

/** Watches for TCP resets of one port at hosts' interfaces eth0, both ways. One thread. */
final class Resets {
    private static final int RST = 0x04;
    private static final int ACK = 0x10;

    private final List<Capture> captures;

    private Resets(List<Capture> captures) {
        this.captures = captures;
    }

    static Resets watch(int port, List<Host> hosts) {
        String filter =
                ("(port %d and (tcp[tcpflags] & tcp-rst != 0"
                                + " or tcp[tcpflags] & (tcp-syn|tcp-ack) = (tcp-syn|tcp-ack)))"
                                + " or (ip6[6] = 6 and ip6[53] & 4 != 0)")
                        .formatted(port);
        return new Resets(hosts.stream().map(host -> host.capture("eth0", filter)).toList());
    }

    private static boolean isOfClosedConnection(CapturedFrame reset, Set<String> accepted) {
        return reset.type() == 0x0800
                && (reset.u8(47) & ACK) == 0
                && (reset.source() == DirectorNetwork.REAL_1_MAC
                        || reset.source() == DirectorNetwork.REAL_2_MAC)
                && accepted.contains(connection(reset));
    }

    /** The real server's MAC address and the client's port. */
    private static String connection(CapturedFrame toClient) {
        return MacAddress.text(toClient.source()) + " " + toClient.u16(36);
    }

    /**
     * Who sent it to whom, such as {@code 08:00:27:3b:62:f5 10.0.205.100:80 > 10.0.200.22:40000}.
     */
    private static String describe(CapturedFrame frame) {
        String from = MacAddress.text(frame.source());
        if (frame.type() != 0x0800) {
            return from + " (IPv6)";
        }
        return "%s %s:%d > %s:%d seq %08x ack %08x"
                .formatted(
                        from,
                        IpAddress.ofIpv4(frame.i32(26)),
                        frame.u16(34),
                        IpAddress.ofIpv4(frame.i32(30)),
                        frame.u16(36),
                        frame.i32(38),
                        frame.i32(42));
    }

    /** Ends the watch: those that were seen, each once for each interface it crossed. */
    List<CapturedFrame> stop() {
        return all().stream().filter(Resets::isReset).toList();
    }

    private List<CapturedFrame> all() {
        return captures.stream().flatMap(capture -> capture.stop().stream()).toList();
    }

    private static boolean isReset(CapturedFrame frame) {
        return frame.type() != 0x0800 || (frame.u8(47) & RST) != 0;
    }

    /**
     * Ends the watch; an error when there were any, but for one kind that no director can prevent.
     * A real server that waits for a connection's last ACK repeats its FIN, and the client its ACK:
     * when the director was held up meanwhile, both ACKs reach the real server, and the second one
     * finds the connection closed (RFC 9293 section 3.10.7.1). Such a reset has no ACK and comes
     * from the real server that accepted the connection.
     */
    void stopWithoutAny() {
        List<CapturedFrame> frames = all();
        Set<String> accepted =
                frames.stream()
                        .filter(frame -> !isReset(frame))
                        .map(Resets::connection)
                        .collect(Collectors.toSet());
        assertThat(
                        frames.stream()
                                .filter(Resets::isReset)
                                .filter(frame -> !isOfClosedConnection(frame, accepted))
                                .map(Resets::describe)
                                .distinct())
                .as("resets of the service port")
                .isEmpty();
    }
}
