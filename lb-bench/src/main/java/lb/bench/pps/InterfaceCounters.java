package lb.bench.pps;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lb.core.linux.NetworkNamespace;
import lb.director.lab.LabException;

/**
 * The kernel's counters of an interface at one moment. Immutable; any thread.
 *
 * @param received frames
 * @param transmitted frames
 * @param transmitDropped frames that the other end did not take
 * @param nanos the moment, by System.nanoTime
 */
record InterfaceCounters(long received, long transmitted, long transmitDropped, long nanos) {
    private static final Path DEVICES = Path.of("/proc/thread-self/net/dev");

    /** Reads them: columns 2, 10 and 12 of /proc/net/dev, as its two header lines name them. */
    static InterfaceCounters read(String namespace, String interfaceName) {
        try {
            return NetworkNamespace.in(
                    namespace, () -> parse(Files.readAllLines(DEVICES), interfaceName));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        } catch (Exception e) {
            throw new LabException(
                    "cannot read the counters of "
                            + interfaceName
                            + " in "
                            + namespace
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static InterfaceCounters parse(List<String> lines, String interfaceName) {
        String start = interfaceName + ":";
        String line =
                lines.stream()
                        .map(String::strip)
                        .filter(text -> text.startsWith(start))
                        .findFirst()
                        .orElseThrow();
        String[] columns = line.substring(start.length()).strip().split("\\s+");
        return new InterfaceCounters(
                Long.parseLong(columns[1]),
                Long.parseLong(columns[9]),
                Long.parseLong(columns[11]),
                System.nanoTime());
    }
}
