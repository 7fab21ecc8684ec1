package lb.bench.latency;

/**
 * A stretch of time in which the client asks at one rate. Immutable; any thread.
 *
 * @param rate requests a second; 0 for as many as are answered
 * @param recorded whether anybody wants to know
 */
record Phase(int rate, int seconds, boolean recorded) {
    /** As a word of the client's command line. */
    String word() {
        return rate + ":" + seconds + ":" + recorded;
    }

    /** From a word of the client's command line. */
    static Phase of(String word) {
        String[] parts = word.split(":");
        return new Phase(
                Integer.parseInt(parts[0]),
                Integer.parseInt(parts[1]),
                Boolean.parseBoolean(parts[2]));
    }
}
