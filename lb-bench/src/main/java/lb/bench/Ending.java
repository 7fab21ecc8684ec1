package lb.bench;

import java.io.IOException;
import java.io.PrintStream;
import lb.director.lab.LabException;

/**
 * How a benchmark's command ends: with an exit code, and a word about what went wrong. Stateless;
 * any thread.
 */
public final class Ending {
    private static final int FAILED = 1;

    /** Exit code when the arguments are wrong, as of every lb command. */
    private static final int USAGE = 2;

    /** What the command does. */
    @FunctionalInterface
    public interface Work {
        /** Does it, and returns the exit code. */
        int run() throws IOException, InterruptedException;
    }

    private Ending() {}

    /**
     * Runs a command.
     *
     * @param command its name, as typed
     * @param usage shown when the arguments are wrong
     * @return the exit code: that of the work, 1 when something does not work, 2 when the arguments
     *     are wrong
     */
    public static int of(String command, String usage, PrintStream err, Work work) {
        try {
            return work.run();
        } catch (IllegalArgumentException e) {
            err.println(command + ": " + e.getMessage());
            err.println(usage);
            return USAGE;
        } catch (LabException | IOException e) {
            err.println(command + ": " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    /**
     * Goes on as root only.
     *
     * @throws LabException when it is somebody else
     */
    public static void requireRoot(String command) {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new LabException(
                    "builds network namespaces, which only root can: sudo ./" + command);
        }
    }
}
