package lb.director.demo;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what {@code lb demo failover} shows. The command's thread. */
final class FailoverReport {
    /** Priority of the second director. */
    private static final int WEAKER = 100;

    private final @Nullable PrintWriter out;

    /**
     * A report.
     *
     * @param out where it goes; null for nowhere
     */
    FailoverReport(@Nullable PrintWriter out) {
        this.out = out;
    }

    void line(String text) {
        if (out != null) {
            out.println(text);
            out.flush();
        }
    }

    void begin(int connections, double interval) {
        line("");
        line(
                "Two directors share the VIP %s by VRRP (advert_int %.2f s, priorities 150 and 100, mh)."
                        .formatted(Machine.VIP, interval));
        line(
                "A client keeps %d connections talking and opens 50 new ones a second."
                        .formatted(connections));
        double skew = interval * 1000 * (256 - WEAKER) / 256;
        line(
                "In theory director 2 takes over %.0f ms after a stop, which it is told of, and %.0f to %.0f ms"
                        .formatted(skew, 2 * interval * 1000 + skew, 3 * interval * 1000 + skew));
        line(
                "after a crash or a lost link, which it notices when three intervals and the skew are over.");
        line(
                "Times count from the event; a director that comes back starts its process first, for seconds,");
        line("while the other one serves.");
    }

    void event(FailoverEvent event) {
        line("");
        line("%s".formatted(event.what()));
        line("  first advert of the new master  %8.0f ms later".formatted(event.takeoverMillis()));
        line("  no answer at all for            %8.0f ms".formatted(event.silentMillis()));
        line("  established connections broken  %8d".formatted(event.broken()));
        line(
                "  new connections                 %8d answered, %d not"
                        .formatted(event.newAnswered(), event.newFailed()));
        line("  resets from a director          %8d".formatted(event.resets()));
        StringBuilder holders = new StringBuilder();
        for (FailoverEvent.Holder holder : event.holders()) {
            holders.append(holders.isEmpty() ? "" : ", then ");
            holders.append(holder.director());
            if (holder.fromMillis() > 0) {
                holders.append(" from %.0f ms".formatted(holder.fromMillis()));
            }
        }
        line("  who held the VIP                %s".formatted("" + holders));
    }

    void verdict(List<FailoverEvent> events, ClientTraffic traffic, FailoverNetwork network) {
        line("");
        if (events.stream().allMatch(FailoverEvent::harmless)) {
            line(
                    "OK: none of %d connections broken, %d new ones answered, no reset from a director"
                            .formatted(traffic.connections(), traffic.newAnswered()));
            return;
        }
        line("FAILED: " + String.join("; ", traffic.broken().stream().distinct().toList()));
        traffic.newFailures().stream().distinct().limit(5).forEach(this::line);
        line(network.logs());
    }
}
