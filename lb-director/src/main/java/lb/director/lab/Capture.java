package lb.director.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A running tcpdump on one interface. Any thread. */
public final class Capture {
    private static final Duration START = Duration.ofSeconds(40);
    private static final Duration POLL = Duration.ofMillis(10);

    private final LabProcess tcpdump;
    private final Path file;

    private Capture(LabProcess tcpdump, Path file) {
        this.tcpdump = tcpdump;
        this.file = file;
    }

    /** Returns when tcpdump listens, so that no frame sent afterwards is missed. */
    static Capture begin(LabProcess tcpdump, Path file) {
        return new Capture(tcpdump.awaitOutput("listening on", START), file);
    }

    /** The frames captured so far, in order; the capture goes on. */
    public List<CapturedFrame> frames() {
        return PcapFile.read(file);
    }

    /**
     * Waits for a frame.
     *
     * @return the frames captured so far, the wanted one among them
     * @throws LabException when the time is over
     */
    public List<CapturedFrame> await(Predicate<CapturedFrame> wanted, Duration timeout) {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        while (true) {
            List<CapturedFrame> frames = frames();
            if (frames.stream().anyMatch(wanted)) {
                return frames;
            }
            if (System.nanoTime() - deadlineNanos > 0 || !tcpdump.alive()) {
                throw new LabException(
                        "no such frame among "
                                + frames.size()
                                + " within "
                                + timeout.toMillis()
                                + " ms");
            }
            Commands.ended(tcpdump.process(), POLL);
        }
    }

    /** The file that it writes, in pcap format. */
    public Path file() {
        return file;
    }

    /** Ends the capture; all its frames in order. */
    public List<CapturedFrame> stop() {
        tcpdump.stop();
        return frames();
    }
}
