package lb.director.replay;

import java.io.PrintStream;
import lb.core.director.DecisionListener;
import lb.core.director.Verdict;
import lb.core.service.NextHop;
import lb.core.service.RealServer;
import lb.core.service.VirtualService;
import lb.core.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * A line for each frame: its number, its verdict, and how that came about. Owned by the thread that
 * replays.
 */
final class Explanation implements DecisionListener {
    private final PrintStream out;
    private long frames;

    Explanation(PrintStream out) {
        this.out = out;
    }

    @Override
    public void onDecision(
            Verdict verdict,
            @Nullable VirtualService service,
            Origin origin,
            @Nullable RealServer server) {
        frames++;
        out.printf("%6d  %-20s%s%s%n", frames, verdict, of(service), of(origin, server, service));
    }

    private static String of(@Nullable VirtualService service) {
        return service == null ? "" : "  service " + service.key();
    }

    private static String of(
            DecisionListener.Origin origin,
            @Nullable RealServer server,
            @Nullable VirtualService service) {
        if (server == null || service == null) {
            return "";
        }
        String how =
                switch (origin) {
                    case CONNECTION -> "known connection";
                    case TEMPLATE -> "persistence template";
                    case SCHEDULED -> service.definition().scheduler() + " chose, remembered";
                    case COMPUTED -> service.definition().scheduler() + " computed, not remembered";
                    case NONE -> "no choice";
                };
        NextHop next = server.nextHop();
        return "  "
                + how
                + "  real server "
                + server
                + (next == null
                        ? " (MAC address not known)"
                        : " at " + MacAddress.text(next.mac()));
    }
}
