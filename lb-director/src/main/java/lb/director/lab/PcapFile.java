package lb.director.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads tcpdump's files of this machine: a 24-byte header, then records of 16 bytes and a frame,
 * with nanoseconds and in this machine's byte order (draft-ietf-opsawg-pcap sections 4 and 5).
 * Stateless; any thread.
 */
final class PcapFile {
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;

    private PcapFile() {}

    /** All whole records; a last one that is still being written is left out. */
    static List<CapturedFrame> read(Path file) {
        ByteBuffer bytes = load(file);
        List<CapturedFrame> frames = new ArrayList<>();
        if (bytes.remaining() < FILE_HEADER) {
            return frames;
        }
        if (bytes.getInt(0) != MAGIC_NANOS) {
            throw new LabException(
                    file + " is not a capture of this machine's tcpdump in nanoseconds");
        }
        int at = FILE_HEADER;
        while (at + RECORD_HEADER <= bytes.limit()) {
            int length = bytes.getInt(at + 8);
            if (at + RECORD_HEADER + length > bytes.limit()) {
                break;
            }
            long epochNanos =
                    (bytes.getInt(at) & 0xffff_ffffL) * 1_000_000_000L + bytes.getInt(at + 4);
            frames.add(
                    new CapturedFrame(
                            epochNanos,
                            bytes.slice(at + RECORD_HEADER, length).asReadOnlyBuffer()));
            at += RECORD_HEADER + length;
        }
        return frames;
    }

    private static ByteBuffer load(Path file) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            throw new LabException("cannot read the capture " + file + ": " + e.getMessage(), e);
        }
    }
}
