package lb.director.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The real keepalived in a host, for VRRP alone, with files of its own so that several run side by
 * side. Stateless; any thread.
 */
public final class Keepalived {
    private Keepalived() {}

    /**
     * Starts it; returns at once.
     *
     * @param folder for its configuration and its pid files, which the host's name tells apart
     * @throws LabException when a file cannot be written
     */
    public static LabProcess start(Host host, Path folder, String configuration) {
        Path file = folder.resolve(host.name() + ".ka.conf");
        try {
            Files.writeString(file, configuration);
        } catch (IOException e) {
            throw new LabException("cannot write " + file + ": " + e.getMessage(), e);
        }
        return host.start(
                "keepalived on " + host.name(),
                "keepalived",
                "--vrrp",
                "-n",
                "-l",
                "-D",
                "-f",
                file.toString(),
                "-p",
                folder.resolve(host.name() + ".ka.pid").toString(),
                "-r",
                folder.resolve(host.name() + ".vrrp.pid").toString());
    }
}
