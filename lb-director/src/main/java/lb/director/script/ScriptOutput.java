package lb.director.script;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import lb.core.linux.OutputPipe;

/**
 * What one script prints: the first kilobyte is kept, the rest is read and forgotten. Owned by the
 * runner's thread.
 */
final class ScriptOutput implements AutoCloseable {
    private static final int KEPT_BYTES = 1024;
    private static final int LINES = 5;

    /** So that one that prints without end does not keep the thread from the others. */
    private static final int READS_IN_A_ROW = 16;

    private final OutputPipe pipe = OutputPipe.open();
    private final byte[] kept = new byte[KEPT_BYTES];
    private final byte[] buffer = new byte[8192];
    private int length;
    private boolean ended;

    Path target() {
        return pipe.writeEnd();
    }

    void started() {
        pipe.closeWriteEnd();
    }

    /** Reads what is there; whether there was anything. */
    boolean drain() {
        int reads = 0;
        while (!ended && reads < READS_IN_A_ROW) {
            int count = pipe.read(buffer);
            if (count == 0) {
                break;
            }
            if (count < 0) {
                close();
                break;
            }
            int room = Math.min(count, KEPT_BYTES - length);
            System.arraycopy(buffer, 0, kept, length, room);
            length += room;
            reads++;
        }
        return reads > 0;
    }

    /** Whether nobody can write any more. */
    boolean ended() {
        return ended;
    }

    /** The first lines, in one line. */
    String text() {
        String all = new String(kept, 0, length, StandardCharsets.UTF_8);
        String[] lines = all.strip().split("\\R", LINES + 1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(lines.length, LINES); i++) {
            text.append(i == 0 ? "" : " | ").append(printable(lines[i].strip()));
        }
        return text.toString();
    }

    private static String printable(String line) {
        return line.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public void close() {
        ended = true;
        pipe.close();
    }
}
