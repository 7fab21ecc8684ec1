package lb.director.cli;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads times such as {@code 90}, {@code 90s}, {@code 5m}, {@code 2h} as seconds. Stateless. */
final class TimeSpan implements ITypeConverter<Long> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})([smhd]?)");
    private static final long MAX_SECONDS = TimeUnit.DAYS.toSeconds(31);

    @Override
    public Long convert(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no time; write 90, 90s, 5m, 2h or 1d");
        }
        long seconds =
                Long.parseLong(matcher.group(1))
                        * switch (matcher.group(2)) {
                            case "m" -> 60;
                            case "h" -> 3_600;
                            case "d" -> 86_400;
                            default -> 1;
                        };
        if (seconds > MAX_SECONDS) {
            throw new TypeConversionException("'" + text + "' is more than 31 days");
        }
        return seconds;
    }
}
