package lb.director.replay;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import lb.core.director.DecisionListener;
import lb.core.director.Verdict;
import lb.core.service.NextHop;
import lb.core.service.RealServer;
import lb.core.service.VirtualService;
import lb.core.wire.Ethernet;
import lb.core.wire.MacAddress;
import lb.core.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * A table with a line for each frame: what it is, its verdict, and how that came about. Owned by
 * the thread that replays.
 *
 * <p>Of each frame it hears first {@link #onFrame}, then perhaps {@link #onAnswer}, and at last
 * {@link #onDecision}. Columns are as wide as IPv4 needs and grow with the first longer text, so
 * that no frame has to wait for a later one.
 */
final class Explanation implements DecisionListener {
    private static final String[] TITLES = {
        "frame",
        "seconds",
        "what",
        "source > destination",
        "verdict",
        "virtual service",
        "choice",
        "real server",
        "its MAC address",
        "remark"
    };
    private static final int[] WIDTHS = {5, 11, 11, 43, 20, 22, 14, 16, 17, 0};
    private static final int FIRST_LEFT_ALIGNED = 2;
    private static final String NONE = "-";

    private final PrintWriter out;
    private final Packet packet = new Packet();
    private final int[] widths = WIDTHS.clone();
    private FrameText text = new FrameText(NONE, NONE);
    private String sentTo = NONE;
    private boolean answered;
    private long frames;
    private long startNanos;
    private long nowNanos;

    /** Writes the head of the table at once. */
    Explanation(PrintWriter out) {
        this.out = out;
        print(TITLES);
    }

    /** Takes a frame that the director is about to decide. */
    void onFrame(long timeNanos, long frame, int length) {
        frames++;
        if (frames == 1) {
            startNanos = timeNanos;
        }
        nowNanos = timeNanos;
        answered = false;
        text = FrameText.of(packet, frame, length);
        sentTo =
                length < Ethernet.HEADER_LENGTH
                        ? NONE
                        : MacAddress.text(Ethernet.destination(frame));
    }

    /** Hears that the director answers the frame itself. */
    void onAnswer() {
        answered = true;
    }

    @Override
    public void onDecision(
            Verdict verdict,
            @Nullable VirtualService service,
            Origin origin,
            @Nullable RealServer server) {
        NextHop next = server == null ? null : server.nextHop();
        print(
                Long.toString(frames),
                seconds(),
                text.kind(),
                text.flow(),
                verdict.name(),
                service == null ? NONE : service.key().toString(),
                service == null ? NONE : choice(origin, service),
                server == null ? NONE : server.toString(),
                next == null ? NONE : MacAddress.text(next.mac()),
                remark(verdict));
    }

    private String seconds() {
        double seconds = (nowNanos - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        return String.format(Locale.ROOT, "%.6f", seconds);
    }

    private static String choice(Origin origin, VirtualService service) {
        String scheduler = service.definition().scheduler();
        return switch (origin) {
            case CONNECTION -> "table hit";
            case TEMPLATE -> "template hit";
            case SCHEDULED -> scheduler + ", stored";
            case COMPUTED -> scheduler + ", not stored";
            case NONE -> NONE;
        };
    }

    private String remark(Verdict verdict) {
        return switch (verdict) {
            case FORWARDED -> "";
            case NOT_OUR_MAC -> "sent to " + sentTo;
            default -> verdict.description() + (answered ? "; answered by ICMP" : "");
        };
    }

    private void print(String... cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            int width = grown(i, cells[i].length());
            int padding = Math.max(0, width - cells[i].length());
            line.append(i == 0 ? "" : "  ");
            if (i < FIRST_LEFT_ALIGNED) {
                line.repeat(' ', padding).append(cells[i]);
            } else {
                line.append(cells[i]).repeat(' ', padding);
            }
        }
        out.println(line.toString().stripTrailing());
    }

    private int grown(int column, int length) {
        widths[column] = Math.max(widths[column], length);
        return widths[column];
    }
}
