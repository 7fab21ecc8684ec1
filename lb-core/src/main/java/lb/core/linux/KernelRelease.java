package lb.core.linux;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The running kernel's release, for what no system call tells. Immutable; any thread.
 *
 * @param major the first number of {@code uname -r}
 * @param minor the second one
 */
public record KernelRelease(int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(\\D.*)?");

    /** That of the kernel that runs here. */
    public static KernelRelease running() {
        return parse(System.getProperty("os.version", ""));
    }

    /** Of a text as {@code uname -r} has it; 0.0 when it does not begin with two numbers. */
    public static KernelRelease parse(String text) {
        Matcher numbers = NUMBERS.matcher(text);
        return numbers.matches()
                ? new KernelRelease(
                        Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
                : new KernelRelease(0, 0);
    }

    /** Whether it is this one or a later one. */
    public boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
