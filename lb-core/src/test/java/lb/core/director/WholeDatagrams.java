package lb.core.director;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts fragments together by the book: what a real server's stack makes of the frames that reach
 * it.
 *
 * <p>The kernel puts fragments together before IPVS sees them and cuts the packet again, so its
 * frames come later than ours, and for IPv6 with an identification of its own. What counts, byte
 * for byte: each MAC address, the headers in front of the fragment header but for their length, and
 * the payload.
 */
final class WholeDatagrams {
    private static final int ETHERNET = 14;

    private final Map<String, Parts> datagrams = new LinkedHashMap<>();

    private static final class Parts {
        final TreeMap<Integer, byte[]> payload = new TreeMap<>();
        final String headers;
        int end = -1;

        Parts(String headers) {
            this.headers = headers;
        }
    }

    static boolean isFragment(byte[] frame) {
        return isIpv4(frame)
                ? frame[12] == 8 && (u16(frame, ETHERNET + 6) & 0x3fff) != 0
                : fragmentHeader(frame) >= 0;
    }

    private static boolean isIpv4(byte[] frame) {
        return frame[ETHERNET] >> 4 == 4;
    }

    private static int u16(byte[] frame, int at) {
        return (frame[at] & 0xff) << 8 | frame[at + 1] & 0xff;
    }

    /** Where the IPv6 fragment header is, or -1. */
    private static int fragmentHeader(byte[] frame) {
        if (u16(frame, 12) != 0x86dd) {
            return -1;
        }
        int next = frame[ETHERNET + 6];
        int at = ETHERNET + 40;
        while (next == 0 || next == 43 || next == 60) {
            next = frame[at];
            at += ((frame[at + 1] & 0xff) + 1) * 8;
        }
        return next == 44 ? at : -1;
    }

    void add(byte[] frame) {
        if (isIpv4(frame)) {
            int flags = u16(frame, ETHERNET + 6);
            int header = (frame[ETHERNET] & 15) * 4;
            byte[] key = Arrays.copyOfRange(frame, 0, ETHERNET + header);
            Arrays.fill(key, ETHERNET + 2, ETHERNET + 4, (byte) 0);
            Arrays.fill(key, ETHERNET + 6, ETHERNET + 8, (byte) 0);
            Arrays.fill(key, ETHERNET + 10, ETHERNET + 12, (byte) 0);
            add(
                    HexFormat.of().formatHex(key, 0, ETHERNET + 20),
                    0,
                    (flags & 0x1fff) * 8,
                    (flags & 0x2000) != 0,
                    frame,
                    ETHERNET + header,
                    ETHERNET + u16(frame, ETHERNET + 2));
        } else {
            int fragment = fragmentHeader(frame);
            int offset = u16(frame, fragment + 2);
            byte[] key = Arrays.copyOfRange(frame, 0, fragment + 1);
            Arrays.fill(key, ETHERNET + 4, ETHERNET + 6, (byte) 0);
            add(
                    HexFormat.of().formatHex(key),
                    ByteBuffer.wrap(frame).getInt(fragment + 4),
                    offset & 0xfff8,
                    (offset & 1) != 0,
                    frame,
                    fragment + 8,
                    ETHERNET + 40 + u16(frame, ETHERNET + 4));
        }
    }

    private void add(
            String headers, int id, int offset, boolean more, byte[] frame, int from, int to) {
        Parts parts = datagrams.computeIfAbsent(headers + " " + id, _ -> new Parts(headers));
        parts.payload.put(offset, Arrays.copyOfRange(frame, from, to));
        if (!more) {
            parts.end = offset + to - from;
        }
    }

    /** Headers and payload of those of which nothing is missing. */
    List<String> whole() {
        List<String> whole = new ArrayList<>();
        datagrams.forEach((_, parts) -> {
            StringBuilder payload = new StringBuilder();
            int at = 0;
            for (var part : parts.payload.entrySet()) {
                if (part.getKey() != at) {
                    return;
                }
                payload.append(HexFormat.of().formatHex(part.getValue()));
                at += part.getValue().length;
            }
            if (at == parts.end) {
                whole.add(parts.headers + " " + payload);
            }
        });
        return whole;
    }
}
