package lb.bench;

import lb.director.lab.LabException;
import picocli.CommandLine.Model.CommandSpec;

/** Who may build network namespaces. Stateless; any thread. */
public final class Root {
    private Root() {}

    /**
     * Goes on as root only.
     *
     * @throws LabException when it is somebody else
     */
    public static void require(CommandSpec command) {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new LabException(
                    "builds network namespaces, which only root can: sudo ./"
                            + command.qualifiedName());
        }
    }
}
