package lb.bench.latency;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.DataFormatException;
import lb.director.lab.LabException;
import org.HdrHistogram.Histogram;

/**
 * What came of the requests of one phase. Owned by one thread.
 *
 * @param nanos over which requests were sent
 * @param latencies of the answers, nanoseconds since each request was due
 */
record Answers(int rate, long sent, long answered, long nanos, Histogram latencies) {
    /** What a longer latency counts as. */
    static final long MOST_NANOS = 60_000_000_000L;

    private static final String START = "phase ";
    private static final int DIGITS = 3;

    /** A histogram of nanoseconds, empty. */
    static Histogram histogram() {
        return new Histogram(1, MOST_NANOS, DIGITS);
    }

    /** As a line of the client's output. */
    String line() {
        ByteBuffer buffer = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        byte[] bytes = new byte[latencies.encodeIntoCompressedByteBuffer(buffer)];
        buffer.get(0, bytes);
        String encoded = Base64.getEncoder().encodeToString(bytes);
        return "%s%d %d %d %d %s".formatted(START, rate, sent, answered, nanos, encoded);
    }

    /** All lines of a client's output. */
    static List<Answers> read(String output) {
        List<Answers> all = new ArrayList<>();
        output.lines().filter(line -> line.startsWith(START)).map(Answers::of).forEach(all::add);
        return all;
    }

    private static Answers of(String line) {
        String[] words = line.substring(START.length()).split(" ");
        try {
            ByteBuffer encoded = ByteBuffer.wrap(Base64.getDecoder().decode(words[4]));
            return new Answers(
                    Integer.parseInt(words[0]),
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    Histogram.decodeFromCompressedByteBuffer(encoded, MOST_NANOS));
        } catch (DataFormatException | RuntimeException e) {
            throw new LabException("the client's figures cannot be read: " + line, e);
        }
    }

    /** A latency that so many per cent of the answers had at most, microseconds. */
    double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }

    /** Whether at least one answer took longer, so that it is not the longest by another name. */
    boolean tells(double percentile) {
        return answered * (100 - percentile) / 100 >= 1;
    }

    /** The longest latency, microseconds. */
    double mostMicros() {
        return latencies.getMaxValue() / 1e3;
    }

    /** Answers a second. */
    double answersPerSecond() {
        return answered * 1e9 / nanos;
    }

    /** Of the requests, those without an answer. */
    double lossPercent() {
        return sent == 0 ? 0 : 100.0 * (sent - answered) / sent;
    }
}
