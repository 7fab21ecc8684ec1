package lb.director.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at the file of a script: is it there, may it be run, who can change it. Stateless. */
final class ScriptFile {
    /** Where a program without a '/' in its name is looked for. */
    private static final List<String> FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private static final int STICKY = 01000;

    private ScriptFile() {}

    /** The whole path of a program; null if it has none. */
    static @Nullable Path find(String program) {
        if (program.contains("/")) {
            return absolute(program);
        }
        for (String folder : FOLDERS) {
            Path path = absolute(folder + "/" + program);
            if (path != null && Files.isRegularFile(path)) {
                return path;
            }
        }
        return null;
    }

    /** The text as a path; null if it is none, or relative. */
    static @Nullable Path absolute(String text) {
        try {
            Path path = Path.of(text);
            return path.isAbsolute() ? path : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /**
     * Why a user cannot run it, or null.
     *
     * @param group of the user, where it is known; members of other groups get the benefit of doubt
     */
    static @Nullable String unusable(
            Path path, UserPrincipal user, @Nullable GroupPrincipal group, boolean root) {
        PosixFileAttributes file;
        try {
            file = Files.readAttributes(path, PosixFileAttributes.class);
        } catch (IOException e) {
            return "there is no such file";
        }
        if (!file.isRegularFile()) {
            return "it is no file";
        }
        Set<PosixFilePermission> bits = file.permissions();
        boolean owner = bits.contains(PosixFilePermission.OWNER_EXECUTE);
        boolean members = bits.contains(PosixFilePermission.GROUP_EXECUTE);
        boolean others = bits.contains(PosixFilePermission.OTHERS_EXECUTE);
        boolean may;
        if (root) {
            may = owner || members || others;
        } else if (file.owner().equals(user)) {
            may = owner;
        } else if (group == null) {
            may = members || others;
        } else {
            may = file.group().equals(group) ? members : members || others;
        }
        return may ? null : user.getName() + " may not run it; use chmod a+x";
    }

    /**
     * How somebody else than root could change what is run: the file, or a folder or link on the
     * way to it; null if nobody could.
     */
    static @Nullable String insecure(Path path) {
        try {
            Set<Path> onTheWay = new LinkedHashSet<>();
            for (Path way : List.of(path.normalize(), path.toRealPath())) {
                for (Path at = way; at != null; at = at.getParent()) {
                    onTheWay.add(at);
                }
            }
            for (Path at : onTheWay) {
                if (changeable(at)) {
                    PosixFileAttributes file = Files.readAttributes(at, PosixFileAttributes.class);
                    return at
                            + " can be changed by others than root ("
                            + PosixFilePermissions.toString(file.permissions())
                            + " "
                            + file.owner().getName()
                            + ")";
                }
            }
            return null;
        } catch (IOException e) {
            return "it cannot be looked at: " + e.getMessage();
        }
    }

    private static boolean changeable(Path at) throws IOException {
        // What stands behind a link is looked at by its real path; the link itself belongs to who
        // can change its folder.
        if (Files.isSymbolicLink(at)) {
            return (int) Files.getAttribute(at, "unix:uid", LinkOption.NOFOLLOW_LINKS) != 0;
        }
        int mode = (int) Files.getAttribute(at, "unix:mode");
        boolean owned = (int) Files.getAttribute(at, "unix:uid") == 0;
        boolean rootsGroup = (int) Files.getAttribute(at, "unix:gid") == 0;
        // In a sticky folder others cannot replace what is root's.
        boolean sticky = Files.isDirectory(at) && (mode & STICKY) != 0;
        return !owned
                || ((mode & 020) != 0 && !rootsGroup && !sticky)
                || ((mode & 002) != 0 && !sticky);
    }
}
