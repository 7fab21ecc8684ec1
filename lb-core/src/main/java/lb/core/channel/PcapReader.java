package lb.core.channel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** Reads the frames of a capture file with libpcap. One thread. */
final class PcapReader implements AutoCloseable {
    /** MAXIMUM_SNAPLEN of libpcap, which refuses longer frames itself. */
    static final int LONGEST_FRAME = 262_144;

    private final Path file;
    private final PcapHandle handle;
    private long frames;
    private long timeNanos;

    private PcapReader(Path file, PcapHandle handle) {
        this.file = file;
        this.handle = handle;
    }

    static PcapReader open(Path file) throws IOException {
        PcapHandle handle = handle(file);
        DataLinkType type = handle.getDlt();
        if (!type.equals(DataLinkType.EN10MB)) {
            handle.close();
            throw new IOException(
                    file
                            + ": its link type is "
                            + type
                            + ", but only Ethernet (1) can be replayed");
        }
        return new PcapReader(file, handle);
    }

    private static PcapHandle handle(Path file) throws IOException {
        try {
            return Pcaps.openOffline(file.toString(), TimestampPrecision.MICRO);
        } catch (PcapNativeException e) {
            throw new IOException(
                    "cannot read " + file + " as a capture (pcap or pcapng): " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw libpcapIsMissing(e);
        }
    }

    static IOException libpcapIsMissing(LinkageError cause) {
        return new IOException(
                "libpcap cannot be loaded; install it (Debian: libpcap0.8): " + cause, cause);
    }

    /** The bytes of the next frame, or null at the end of the file. */
    byte @Nullable [] next() throws IOException {
        try {
            byte[] frame = handle.getNextRawPacketEx();
            frames++;
            timeNanos = nanos(handle.getTimestamp());
            if (frame.length > LONGEST_FRAME) {
                throw new IOException(
                        file + ": frame " + frames + " has " + frame.length + " bytes");
            }
            return frame;
        } catch (EOFException e) {
            return null;
        } catch (PcapNativeException e) {
            throw new IOException(
                    file + " is damaged after frame " + frames + ": " + e.getMessage(), e);
        } catch (TimeoutException | NotOpenException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static long nanos(Timestamp time) {
        return Math.floorDiv(time.getTime(), 1000L) * 1_000_000_000L + time.getNanos();
    }

    /** Capture time of the last frame, in nanoseconds since 1970. */
    long timeNanos() {
        return timeNanos;
    }

    @Override
    public void close() {
        handle.close();
    }
}
