package lb.bench.compare;

/**
 * One figure out of a file of results. Immutable; any thread.
 *
 * @param name what it is and where; the same in every file of the kind
 * @param moreIsBetter as with a rate; else less is, as with a time
 * @param low where the samples begin, the far ones left out if the file tells them
 * @param high where they end
 */
record Figure(
        String name, String unit, boolean moreIsBetter, double median, double low, double high) {}
