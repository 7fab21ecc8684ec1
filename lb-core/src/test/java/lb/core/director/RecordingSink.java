package lb.core.director;

import java.util.ArrayList;
import java.util.List;
import lb.core.channel.FrameSink;
import lb.core.wire.Memory;

/** A way out that keeps what is sent. */
final class RecordingSink implements FrameSink {
    final List<byte[]> frames = new ArrayList<>();
    boolean full;

    @Override
    public boolean transmit(long frame, int length) {
        if (full) {
            return false;
        }
        byte[] bytes = new byte[length];
        Memory.copy(frame, bytes, 0, length);
        frames.add(bytes);
        return true;
    }

    @Override
    public void flush() {}

    byte[] only() {
        if (frames.size() != 1) {
            throw new AssertionError("expected one frame, but there are " + frames.size());
        }
        return frames.getFirst();
    }
}
