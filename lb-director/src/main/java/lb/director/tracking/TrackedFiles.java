package lb.director.tracking;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lb.director.config.TrackFileEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbers in tracked files. Its thread {@code lb-track-files} hears of changes at once, and
 * looks once a second too: a folder may come late or be on a file system that tells nothing. {@link
 * #number} is for any thread.
 */
final class TrackedFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrackedFiles.class);
    private static final long LOOK_MILLIS = 1_000;

    /** Whoever writes with '>' empties the file first. */
    private static final long EMPTY_MILLIS = 50;

    private static final int MOST_BYTES = 128;
    private static final Pattern NUMBER =
            Pattern.compile("\\s*([+-]?\\d{1,18})\\s*.*", Pattern.DOTALL);

    private final Runnable onChange;
    private final WatchService watch;
    private final Thread thread;
    private final Map<String, Long> numbers = new ConcurrentHashMap<>();
    private volatile List<TrackFileEntry> files = List.of();
    private volatile boolean closed;

    // Owned by the thread.
    private final Map<Path, WatchKey> folders = new HashMap<>();
    private final Set<String> complained = new HashSet<>();
    private boolean sawEmpty;

    TrackedFiles(Runnable onChange) {
        this.onChange = onChange;
        try {
            watch = FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            throw new IllegalStateException("cannot watch files: " + e.getMessage(), e);
        }
        thread = Thread.ofPlatform().name("lb-track-files").daemon().unstarted(this::run);
    }

    /**
     * Follows exactly these; reads each new one once before it returns.
     *
     * @param atStart whether {@code init_file … overwrite} is to be carried out
     */
    void follow(List<TrackFileEntry> wanted, boolean atStart) {
        Set<String> names = new HashSet<>();
        for (TrackFileEntry file : wanted) {
            names.add(file.name());
            boolean fresh = files.stream().noneMatch(old -> old.name().equals(file.name()));
            if (fresh) {
                initialise(file, atStart);
            }
            if (fresh || !files.contains(file)) {
                Long number = read(file.file());
                numbers.put(file.name(), number == null ? 0 : number);
            }
        }
        files = List.copyOf(wanted);
        numbers.keySet().retainAll(names);
    }

    private static void initialise(TrackFileEntry file, boolean atStart) {
        boolean there = Files.exists(file.file());
        if (file.initial().isEmpty() || (there && !(file.overwrite() && atStart))) {
            return;
        }
        try {
            requireRegular(file.file());
            // As root, and perhaps in a folder of others: what a link points to is not ours.
            Files.writeString(
                    file.file(),
                    file.initial().getAsLong() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            LOG.warn("track_file {}: cannot write {}: {}", file.name(), file.file(), e.toString());
        }
    }

    /** Opening a FIFO waits for whoever may be at its other end. */
    private static void requireRegular(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("it is not a regular file");
        }
    }

    void start() {
        thread.start();
    }

    /** The number in a file; 0 if there is none. */
    long number(String name) {
        return numbers.getOrDefault(name, 0L);
    }

    // All below runs on the thread, but for read.

    private void run() {
        while (!closed) {
            try {
                watchFolders();
                lookAtAll();
                WatchKey key =
                        watch.poll(sawEmpty ? EMPTY_MILLIS : LOOK_MILLIS, TimeUnit.MILLISECONDS);
                while (key != null) {
                    key.pollEvents();
                    if (!key.reset()) {
                        folders.values().remove(key);
                    }
                    key = watch.poll();
                }
            } catch (ClosedWatchServiceException | InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("tracked files cannot be looked at, trying again", e);
            }
        }
    }

    private void watchFolders() {
        Set<Path> wanted = new HashSet<>();
        for (TrackFileEntry file : files) {
            Path folder = file.file().getParent();
            if (folder != null) {
                wanted.add(folder);
            }
        }
        folders.entrySet()
                .removeIf(entry -> {
                    boolean over = !wanted.contains(entry.getKey()) || !entry.getValue().isValid();
                    if (over) {
                        entry.getValue().cancel();
                    }
                    return over;
                });
        for (Path folder : wanted) {
            if (!folders.containsKey(folder)) {
                watchFolder(folder);
            }
        }
    }

    private void watchFolder(Path folder) {
        try {
            folders.put(
                    folder,
                    folder.register(
                            watch,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE));
        } catch (IOException e) {
            LOG.debug("cannot watch {} yet: {}", folder, e.toString());
        }
    }

    private void lookAtAll() {
        boolean secondLook = sawEmpty;
        sawEmpty = false;
        boolean changed = false;
        for (TrackFileEntry file : files) {
            Long number = read(file.file());
            if (number == null) {
                if (!secondLook) {
                    sawEmpty = true;
                    continue;
                }
                complain(file);
                number = 0L;
            } else {
                complained.remove(file.name());
            }
            Long before = numbers.put(file.name(), number);
            if (!number.equals(before)) {
                LOG.info("track_file {}: {} -> {}", file.name(), before, number);
                changed = true;
            }
        }
        if (changed) {
            onChange.run();
        }
    }

    private void complain(TrackFileEntry file) {
        if (complained.add(file.name())) {
            LOG.warn("track_file {}: no number in {}; it counts as 0", file.name(), file.file());
        }
    }

    /**
     * The number that the file begins with; 0 if there is no file; null if it has no number or is
     * no regular file: opening a FIFO could last for ever.
     */
    private static @Nullable Long read(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return null;
        }
        try (var in = Files.newInputStream(file)) {
            String text =
                    new String(
                            in.readNBytes(MOST_BYTES), java.nio.charset.StandardCharsets.US_ASCII);
            Matcher matcher = NUMBER.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            return (long)
                    Math.clamp(
                            Long.parseLong(matcher.group(1)), Integer.MIN_VALUE, Integer.MAX_VALUE);
        } catch (NoSuchFileException e) {
            return 0L;
        } catch (IOException e) {
            LOG.debug("{}: {}", file, e.toString());
            return 0L;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            watch.close();
        } catch (IOException e) {
            LOG.debug("the watch did not close", e);
        }
    }
}
