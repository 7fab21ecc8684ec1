package lb.director.control;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** The name of a control socket in the file system. Stateless; any thread. */
public final class ControlSocket {
    /** Where a director listens unless told otherwise. */
    public static final String DEFAULT_PATH = "/run/lb/control.sock";

    /** Characters that {@link #privateName} and a name in a directory of that name add. */
    private static final int SUFFIX = 10;

    /** What sun_path of unix(7) holds besides its closing zero, less what a private name adds. */
    private static final int MAX_PATH_BYTES = 107 - SUFFIX;

    private static final int PUBLISH_ATTEMPTS = 3;

    private ControlSocket() {}

    /** Checks the name, and creates the default's directory. */
    static void prepare(Path path) throws ControlException {
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            throw new ControlException(
                    "the control socket's path has "
                            + bytes
                            + " bytes, more than the "
                            + MAX_PATH_BYTES
                            + " that there is room for: "
                            + path);
        }
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        if (!path.equals(Path.of(DEFAULT_PATH))) {
            throw new ControlException(
                    "the directory "
                            + directory
                            + " of the control socket does not exist; create it or use another --control PATH");
        }
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new ControlException(
                    "cannot create " + directory + " for the control socket: " + e, e);
        }
    }

    /** A name beside {@code path} that nobody else uses. */
    private static Path privateName(Path path) {
        String random =
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()).substring(1);
        return Path.of(path + "." + random);
    }

    /**
     * A new directory beside {@code path} for this user alone; with room for names of one letter.
     */
    static Path createPrivateDirectory(Path path) throws ControlException {
        try {
            return Files.createDirectory(
                    privateName(path),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new ControlException("cannot make the control socket " + path + ": " + e, e);
        }
    }

    /**
     * Gives the listening socket {@code own} its mode and its public name; replaces the one of a
     * dead director.
     *
     * @return what tells its file from any later one of that name
     * @throws AnotherDirectorException when a living director has the name
     */
    static Object publish(Path own, Path path) throws ControlException {
        try {
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
            for (int attempt = 1; ; attempt++) {
                try {
                    // Unlike a rename, link(2) replaces nothing.
                    Files.createLink(path, own);
                    return identity(path);
                } catch (FileAlreadyExistsException e) {
                    if (attempt == PUBLISH_ATTEMPTS) {
                        throw e;
                    }
                    removeStale(path);
                }
            }
        } catch (IOException e) {
            throw new ControlException("cannot put a control socket at " + path + ": " + e, e);
        }
    }

    private static void removeStale(Path path) throws IOException, ControlException {
        requireSocket(path);
        requireSilence(path, path);
        // Looked at again under a name of our own: another director may have taken the first in
        // between.
        Path aside = privateName(path);
        Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
        try {
            requireSilence(aside, path);
        } catch (ControlException e) {
            Files.createLink(path, aside);
            throw e;
        } finally {
            Files.delete(aside);
        }
    }

    /** Removes the file unless it has become another's. */
    static void remove(Path path, Object identity) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && identity.equals(identity(path))) {
            Files.deleteIfExists(path);
        }
    }

    private static Object identity(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    private static void requireSocket(Path path) throws IOException, ControlException {
        var attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isOther()) {
            throw new ControlException(
                    path
                            + " is there and is no socket; move it away or use another --control PATH");
        }
    }

    private static void requireSilence(Path path, Path wanted) throws ControlException {
        try (SocketChannel _ = connect(path)) {
            throw new AnotherDirectorException(wanted);
        } catch (NoDirectorException _) {
            // As hoped.
        } catch (IOException e) {
            throw new ControlException("cannot close " + path + ": " + e, e);
        }
    }

    /**
     * A connection in non-blocking mode.
     *
     * @throws NoDirectorException when nobody listens
     * @throws ControlException when it may not be used, or the director does not take connections
     */
    static SocketChannel connect(Path path) throws ControlException {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.configureBlocking(false);
                // On a unix socket "in progress" means a full backlog (connect(2), EAGAIN): it will
                // not come about.
                if (!channel.connect(UnixDomainSocketAddress.of(path))) {
                    throw new ControlException(
                            "the director on "
                                    + path
                                    + " takes no connections: it is stopped or stuck");
                }
                return channel;
            } catch (IOException | ControlException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (ConnectException e) {
            throw new NoDirectorException(path, "connection refused");
        } catch (BindException e) { // the JDK's name for EACCES
            throw new ControlException(
                    "permission denied on " + path + ": be root, or the user that lb runs as", e);
        } catch (IOException e) {
            if (Files.notExists(path)) {
                throw new NoDirectorException(path, "no such file");
            }
            throw new ControlException("cannot connect to " + path + ": " + e.getMessage(), e);
        }
    }
}
