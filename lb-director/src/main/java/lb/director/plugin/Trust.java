package lb.director.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Whether only root, and the user that this process runs as, can change a file: its owner and mode,
 * and those of every folder above it. Stateless; any thread.
 */
final class Trust {
    private static final int GROUP_OR_OTHERS_WRITE = 0022;
    private static final int STICKY = 01000;

    private Trust() {}

    /**
     * Looks at a file or folder, whose links are resolved already, and at all folders above it.
     *
     * @throws PluginException when others could change it
     */
    static void require(Path real) throws IOException, PluginException {
        int self = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        for (Path at = real; at != null; at = at.getParent()) {
            Map<String, Object> attributes =
                    Files.readAttributes(at, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            int owner = number(attributes, "uid");
            int mode = number(attributes, "mode");
            if (owner != 0 && owner != self) {
                throw new PluginException(
                        at
                                + " belongs to user "
                                + owner
                                + ", who could change what runs here; chown it to root");
            }
            // In a folder above, the sticky bit keeps others from replacing what is not theirs.
            boolean protectedBySticky = !at.equals(real) && (mode & STICKY) != 0;
            if ((mode & GROUP_OR_OTHERS_WRITE) != 0 && !protectedBySticky) {
                throw new PluginException(
                        at
                                + " can be written by others than its owner (mode "
                                + Integer.toOctalString(mode & 07777)
                                + "); chmod go-w "
                                + at);
            }
        }
    }

    private static int number(Map<String, Object> attributes, String name) {
        return (Integer) Objects.requireNonNull(attributes.get(name), name);
    }
}
