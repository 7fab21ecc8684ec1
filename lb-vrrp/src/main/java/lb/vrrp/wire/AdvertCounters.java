package lb.vrrp.wire;

/**
 * How many packets got which verdict. Owned by the thread that receives; others may read slightly
 * old numbers.
 */
@SuppressWarnings(
        "EnumOrdinal") // an array by ordinal is the cheapest counter, and never leaves this class
public final class AdvertCounters {
    private static final AdvertVerdict[] VERDICTS = AdvertVerdict.values();

    private final long[] verdicts = new long[VERDICTS.length];
    private final long[] remarks = new long[AdvertRemark.values().length];
    private long priorityZero;

    /** Counts a packet. */
    public void count(AdvertVerdict verdict) {
        verdicts[verdict.ordinal()]++;
    }

    void count(AdvertRemark remark) {
        remarks[remark.ordinal()]++;
    }

    void countPriorityZero() {
        priorityZero++;
    }

    /** Packets that got {@code verdict}. */
    public long of(AdvertVerdict verdict) {
        return verdicts[verdict.ordinal()];
    }

    /** Accepted adverts that drew {@code remark}. */
    public long of(AdvertRemark remark) {
        return remarks[remark.ordinal()];
    }

    /** Accepted adverts with priority 0: an Active that left. */
    public long priorityZero() {
        return priorityZero;
    }

    /** Packets in all. */
    public long total() {
        long total = 0;
        for (long count : verdicts) {
            total += count;
        }
        return total;
    }

    /** Packets under an operator's name, see {@link AdvertVerdict#counterName}. */
    public long named(String counterName) {
        long sum = 0;
        for (AdvertVerdict verdict : VERDICTS) {
            if (verdict.counterName().equals(counterName)) {
                sum += of(verdict);
            }
        }
        return sum;
    }
}
