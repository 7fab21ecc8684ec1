package lb.bench.failover;

import java.util.Locale;

/** Who takes over. Immutable; any thread. */
enum Survivor {
    LB,
    KEEPALIVED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
