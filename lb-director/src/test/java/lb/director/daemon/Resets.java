package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lb.director.lab.Capture;
import lb.director.lab.CapturedFrame;
import lb.director.lab.Host;

/** Watches for TCP resets of one port at hosts' interfaces eth0, both ways. One thread. */
final class Resets {
    private final List<Capture> captures;

    private Resets(List<Capture> captures) {
        this.captures = captures;
    }

    static Resets watch(int port, List<Host> hosts) {
        String filter =
                "(tcp[tcpflags] & tcp-rst != 0 and port %d) or (ip6[6] = 6 and ip6[53] & 4 != 0)"
                        .formatted(port);
        return new Resets(hosts.stream().map(host -> host.capture("eth0", filter)).toList());
    }

    /** Ends the watch: those that were seen, each once for each interface it crossed. */
    List<CapturedFrame> stop() {
        return captures.stream().flatMap(capture -> capture.stop().stream()).toList();
    }

    void stopWithoutAny() {
        assertThat(stop()).as("resets of the service port").isEmpty();
    }
}
