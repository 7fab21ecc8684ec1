package lb.director.config;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A {@code vrrp_track_file}. Immutable.
 *
 * @param file whose text is a number
 * @param weight what the number is multiplied by unless a track_file line says otherwise; 0: any
 *     number but 0 means FAULT
 * @param initial what to write into the file at the start, if it is not there
 * @param overwrite whether to write it also if the file is there
 */
public record TrackFileEntry(
        String name,
        Path file,
        int weight,
        boolean reverse,
        OptionalLong initial,
        boolean overwrite) {}
