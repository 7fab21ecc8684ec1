package lb.bench.pps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import lb.director.lab.LabException;

/**
 * What the kernel says about the use of processors, in seconds since some start. Immutable; any
 * thread. The kernel here counts in ticks, so that a share is good to a few per cent.
 *
 * @param busy of all kinds, idle and waiting for input left out
 * @param softirq of that, in softirqs
 * @param stolen by the host of a virtual machine
 */
record CpuTimes(double busy, double softirq, double stolen) {
    /** USER_HZ, which is part of the kernel's interface to programs (proc(5)). */
    private static final double TICKS_PER_SECOND = 100;

    private static final Path STAT = Path.of("/proc/stat");

    /** The times of one processor, or of all by {@code cpu}. */
    static CpuTimes of(String name) {
        try (Stream<String> lines = Files.lines(STAT)) {
            String[] columns =
                    lines.filter(line -> line.startsWith(name + " "))
                            .findFirst()
                            .orElseThrow()
                            .split("\\s+");
            return new CpuTimes(
                    seconds(columns, 1, 2, 3, 6, 7), seconds(columns, 7), seconds(columns, 8));
        } catch (IOException e) {
            throw new LabException("cannot read " + STAT + ": " + e.getMessage(), e);
        }
    }

    /** User and system time of a process, seconds. */
    static double ofProcess(long pid) {
        Path file = Path.of("/proc", Long.toString(pid), "stat");
        try {
            String text = Files.readString(file);
            // The second column is a name in parentheses, which may contain spaces.
            String[] columns = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return seconds(columns, 11, 12);
        } catch (IOException e) {
            throw new LabException("process " + pid + " has ended: " + e.getMessage(), e);
        }
    }

    private static double seconds(String[] columns, int... indices) {
        long ticks = 0;
        for (int index : indices) {
            ticks += Long.parseLong(columns[index]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    CpuTimes minus(CpuTimes before) {
        return new CpuTimes(busy - before.busy, softirq - before.softirq, stolen - before.stolen);
    }
}
