package lb.director.replay;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * A capture as text that can be read, turned into the bytes of a pcap file; the language is told in
 * {@code src/test/resources/replay/README.md}. Stateless; any thread.
 */
final class CaptureText {
    private static final int MAGIC_OF_MICROSECONDS = 0xa1b2c3d4;
    private static final int ETHERNET = 1;
    private static final int SNAP_LENGTH = 262_144;

    /** 2026-01-01 00:00:00 UTC, where every capture starts. */
    private static final long START_SECONDS = 1_767_225_600L;

    private CaptureText() {}

    /**
     * The pcap file.
     *
     * @throws IllegalArgumentException naming the line that cannot be read
     */
    static byte[] pcap(String text) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(fileHeader());
        Map<String, String> names = new HashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String statement = line.replaceFirst("#.*", "").strip();
            try {
                if (statement.startsWith("mac ")) {
                    String[] words = statement.split(" +");
                    names.put(words[1], words[2]);
                } else if (!statement.isEmpty()) {
                    file.writeBytes(record(statement, names));
                }
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("line " + number + ": " + line + ": " + e, e);
            }
        }
        return file.toByteArray();
    }

    private static byte[] fileHeader() {
        return littleEndian(24)
                .putInt(MAGIC_OF_MICROSECONDS)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(SNAP_LENGTH)
                .putInt(ETHERNET)
                .array();
    }

    private static byte[] record(String statement, Map<String, String> names) {
        String[] timeAndFrame = statement.split(" +", 2);
        long micros = Math.round(Double.parseDouble(timeAndFrame[0]) * 1e6);
        byte[] frame = FrameWords.frame(timeAndFrame[1], names);
        return littleEndian(16 + frame.length)
                .putInt((int) (START_SECONDS + micros / 1_000_000))
                .putInt((int) (micros % 1_000_000))
                .putInt(frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
    }

    private static ByteBuffer littleEndian(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
