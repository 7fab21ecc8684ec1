package lb.director.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import lb.core.wire.IpAddress;
import lb.director.lab.CapturedFrame;

/**
 * The seven frames with which a direct-routed connection begins, looked for in what the client and
 * one real server captured: each no earlier than the one before.
 *
 * <p>One thread.
 */
final class SevenSteps {
    /** How many there are. */
    static final int COUNT = 7;

    private static final int VIP = IpAddress.parse(Machine.VIP).ipv4();
    private static final List<String> WHAT =
            List.of(
                    "the client asks for the VIP",
                    "the director answers with its MAC",
                    "the client sends its SYN to the director's MAC",
                    "the director sends it on to the real server's MAC",
                    "the real server asks for the client",
                    "the client answers",
                    "the real server answers from the VIP, straight to the client");

    private final Machine server;
    private final List<CapturedFrame> atClient;
    private final List<CapturedFrame> atServer;
    private final List<Step> found = new ArrayList<>();

    private SevenSteps(Machine server, List<CapturedFrame> atClient, List<CapturedFrame> atServer) {
        this.server = server;
        this.atClient = atClient;
        this.atServer = atServer;
    }

    /** What a missing step would have been: 1 to 7. */
    static String what(int number) {
        return WHAT.get(number - 1);
    }

    /** The steps that were found, in order, up to the first that is missing. */
    static List<Step> find(
            Machine server, List<CapturedFrame> atClient, List<CapturedFrame> atServer) {
        return List.copyOf(new SevenSteps(server, atClient, atServer).search());
    }

    private List<Step> search() {
        Machine client = Machine.CLIENT;
        Machine director = Machine.DIRECTOR;
        boolean all =
                client(frame -> Frames.isArpRequest(frame, client, VIP))
                        && client(frame -> Frames.isArpReply(frame, director, VIP, client))
                        && client(
                                frame -> Frames.isSyn(frame, client, director, client.ipv4(), VIP))
                        && server(frame ->
                                Frames.isSyn(frame, director, server, client.ipv4(), VIP)
                                        && Frames.sourcePort(frame) == clientPort())
                        && server(frame -> Frames.isArpRequest(frame, server, client.ipv4()))
                        && server(frame -> Frames.isArpReply(frame, client, client.ipv4(), server))
                        && client(frame ->
                                Frames.isSynAck(frame, server, client, VIP, client.ipv4())
                                        && Frames.destinationPort(frame) == clientPort());
        assert all == (found.size() == COUNT);
        return found;
    }

    /** The port of the SYN in step 3, which marks the connection. */
    private int clientPort() {
        return Frames.sourcePort(found.get(2).frame());
    }

    private boolean client(Predicate<CapturedFrame> wanted) {
        return next(Machine.CLIENT, atClient, wanted);
    }

    private boolean server(Predicate<CapturedFrame> wanted) {
        return next(server, atServer, wanted);
    }

    private boolean next(
            Machine seenAt, List<CapturedFrame> frames, Predicate<CapturedFrame> wanted) {
        long notBefore = found.isEmpty() ? Long.MIN_VALUE : found.getLast().frame().epochNanos();
        for (CapturedFrame frame : frames) {
            if (frame.epochNanos() >= notBefore && wanted.test(frame)) {
                found.add(new Step(what(found.size() + 1), seenAt, frame));
                return true;
            }
        }
        return false;
    }
}
