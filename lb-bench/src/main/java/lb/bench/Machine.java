package lb.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The machine that was measured on, as figures have to be read with it. Stateless; any thread. */
public final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** Processor, cores, kernel and JDK. */
    public static Map<String, Object> describe() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("processor", processor());
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put(
                "kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("jdk", System.getProperty("java.vendor.version") + " " + Runtime.version());
        return machine;
    }

    private static String processor() {
        String model = cpuInfo("model name");
        return model + ", family " + cpuInfo("cpu family") + " model " + cpuInfo("model");
    }

    private static String cpuInfo(String field) {
        try (var lines = Files.lines(CPU_INFO)) {
            return lines.map(line -> line.split("\\s*:\\s*", 2))
                    .filter(parts -> parts.length == 2 && parts[0].equals(field))
                    .map(parts -> parts[1])
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
