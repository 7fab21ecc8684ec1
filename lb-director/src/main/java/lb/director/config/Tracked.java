package lb.director.config;

/**
 * A line of {@code track_interface}, {@code track_script} or {@code track_file}. Immutable.
 *
 * @param name of the interface, or of the block that says what to track
 * @param weight 0: what fails means FAULT; else what the priority changes by
 * @param reverse the other way round
 */
public record Tracked(Kind kind, String name, int weight, boolean reverse) {
    /** What is tracked. */
    public enum Kind {
        INTERFACE("track_interface", 253),
        SCRIPT("track_script", 253),
        FILE("track_file", 254);

        private final String keyword;
        private final int mostWeight;

        Kind(String keyword, int mostWeight) {
            this.keyword = keyword;
            this.mostWeight = mostWeight;
        }

        /** The keyword of the block. */
        public String keyword() {
            return keyword;
        }

        int mostWeight() {
            return mostWeight;
        }
    }
}
