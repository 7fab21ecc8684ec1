package lb.director.config.syntax;

import java.nio.file.Path;

/**
 * A file as it is read and as messages name it. Immutable.
 *
 * @param path where it is read from
 * @param shown its name in messages
 */
record SourceName(Path path, String shown) {

    SourceName(Path path) {
        this(path, path.toString());
    }

    /** The directory that relative includes start from. */
    Path directory() {
        Path parent = path.getParent();
        return parent == null ? Path.of("") : parent;
    }
}
