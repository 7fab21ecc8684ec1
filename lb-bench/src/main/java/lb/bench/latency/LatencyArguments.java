package lb.bench.latency;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lb.bench.network.PathOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code lb bench latency} is asked to measure. Immutable once read; any thread.
 *
 * @param rates requests a second; {@link #HALF} for half of what the slowest path answers
 */
record LatencyArguments(PathOptions options, List<Integer> rates) {
    static final int HALF = 0;

    private static final int RATE_MAX = 1_000_000;
    private static final String HALF_WORD = "half";

    /** A rate as it is typed. */
    static final class Rate implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.equals(HALF_WORD)) {
                return HALF;
            }
            if (text.matches("[0-9]{1,7}")) {
                int rate = Integer.parseInt(text);
                if (rate >= 1 && rate <= RATE_MAX) {
                    return rate;
                }
            }
            throw new TypeConversionException(
                    "needs a whole number from 1 to %d or %s, not '%s'"
                            .formatted(RATE_MAX, HALF_WORD, text));
        }
    }

    /** A rate as it is typed. */
    static String text(int rate) {
        return rate == HALF ? HALF_WORD : Integer.toString(rate);
    }

    /** For the file of results. */
    Map<String, Object> entry() {
        Map<String, Object> entry = new LinkedHashMap<>(options.entry());
        entry.put("rates", rates.stream().map(LatencyArguments::text).toList());
        return entry;
    }
}
