package lb.core.wire;

import java.util.regex.Pattern;

/** MAC addresses as 48-bit numbers, and their text form. Stateless; any thread. */
public final class MacAddress {
    private static final Pattern TEXT = Pattern.compile("\\p{XDigit}{1,2}(:\\p{XDigit}{1,2}){5}");

    private MacAddress() {}

    /**
     * Reads six hexadecimal bytes with colons.
     *
     * @throws IllegalArgumentException when the text is no MAC address
     */
    public static long parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a MAC address such as 02:00:00:00:00:01");
        }
        long mac = 0;
        for (String part : text.split(":")) {
            mac = mac << 8 | Integer.parseInt(part, 16);
        }
        return mac;
    }

    /** Six lower-case hexadecimal bytes with colons. */
    public static String text(long mac) {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            String part = Integer.toHexString((int) (mac >>> shift) & 0xff);
            text.append(part.length() == 1 ? "0" : "").append(part).append(shift == 0 ? "" : ":");
        }
        return text.toString();
    }
}
