package lb.core.channel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import lb.core.wire.Memory;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapDumper;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** Writes frames to a capture file with libpcap. One thread. */
final class PcapWriter implements FrameSink, AutoCloseable {
    private final Path file;
    private final PcapHandle handle;
    private final PcapDumper dumper;
    private final Timestamp time = new Timestamp(0);

    private PcapWriter(Path file, PcapHandle handle, PcapDumper dumper) {
        this.file = file;
        this.handle = handle;
        this.dumper = dumper;
    }

    static PcapWriter create(Path file) throws IOException {
        try {
            PcapHandle handle = Pcaps.openDead(DataLinkType.EN10MB, PcapReader.LONGEST_FRAME);
            return new PcapWriter(file, handle, handle.dumpOpen(file.toString()));
        } catch (PcapNativeException | NotOpenException e) {
            throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw PcapReader.libpcapIsMissing(e);
        }
    }

    /** The time of the frames to come, in nanoseconds since 1970; written in microseconds. */
    void setTimeNanos(long nanos) {
        time.setTime(Math.floorDiv(nanos, 1_000_000_000L) * 1000);
        time.setNanos((int) Math.floorMod(nanos, 1_000_000_000L));
    }

    @Override
    public boolean transmit(long frame, int length) {
        byte[] bytes = new byte[length];
        Memory.copy(frame, bytes, 0, length);
        try {
            dumper.dumpRaw(bytes, time);
        } catch (NotOpenException e) {
            return false;
        }
        return true;
    }

    @Override
    public void flush() {
        try {
            dumper.flush();
        } catch (PcapNativeException | NotOpenException e) {
            throw new UncheckedIOException("cannot write " + file, new IOException(e));
        }
    }

    @Override
    public void close() {
        dumper.close();
        handle.close();
    }
}
