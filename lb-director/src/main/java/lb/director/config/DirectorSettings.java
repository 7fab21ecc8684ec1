package lb.director.config;

import java.math.BigDecimal;
import java.util.List;

/**
 * How this director works: the block {@code lb { ... }}, {@code lvs_timeouts}, and {@code --set
 * name=value}, which wins over the file. Immutable.
 *
 * @param ring the receive ring's version
 * @param ttl what happens to TTL and hop limit
 * @param sourceMac whose MAC forwarded frames carry as source
 * @param workers event loops, 1 to 64
 * @param spin poll without sleeping
 * @param shortcut the kernel hands the data of bulk connections on by itself
 * @param connectionsMax entries in the connection table, 1000 to 100000000
 * @param interfaces where clients' frames come in; empty if neither this nor {@code
 *     default_interface} is given
 * @param vipLeaseSeconds lifetime of a VIP without refresh, 2 to 3600
 * @param vipProbe a MASTER asks the link who else has its VIP
 * @param expireNodestConn forget connections of a removed real server
 * @param expireQuiescentTemplate forget persistence templates of a real server with weight 0
 * @param sloppyTcp accept mid-flow segments without a connection
 * @param connReuseMode 0, 1 or 2, as {@code net.ipv4.vs.conn_reuse_mode}
 * @param mhTableSize slots of mh and mh-bounded, one of {@link #MH_TABLE_SIZES}
 * @param mhLoadFactor mh-bounded: how many times its share a real server may have, 1.01 to 100
 * @param timeouts timeouts of connections
 */
public record DirectorSettings(
        Ring ring,
        Ttl ttl,
        SourceMac sourceMac,
        int workers,
        boolean spin,
        boolean shortcut,
        int connectionsMax,
        List<String> interfaces,
        int vipLeaseSeconds,
        boolean vipProbe,
        boolean expireNodestConn,
        boolean expireQuiescentTemplate,
        SloppyTcp sloppyTcp,
        int connReuseMode,
        int mhTableSize,
        BigDecimal mhLoadFactor,
        LvsTimeouts timeouts) {

    /**
     * The primes that a table of mh may have; all but 65537 and 655373 are builds of the kernel's.
     */
    public static final List<Integer> MH_TABLE_SIZES =
            List.of(251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 65537, 131071, 655373);

    /** {@code ring v2|v3|auto}. */
    public enum Ring {
        V2,
        V3,
        AUTO
    }

    /** {@code ttl decrement|keep}. */
    public enum Ttl {
        DECREMENT,
        KEEP
    }

    /** {@code source_mac own|preserve}. */
    public enum SourceMac {
        OWN,
        PRESERVE
    }

    /**
     * {@code sloppy_tcp 0|1|auto}; auto means on for services whose scheduler computes its choice.
     */
    public enum SloppyTcp {
        OFF,
        ON,
        AUTO
    }

    /** What holds where nothing is said. */
    public static final DirectorSettings DEFAULT =
            new DirectorSettings(
                    Ring.AUTO,
                    Ttl.DECREMENT,
                    SourceMac.OWN,
                    1,
                    false,
                    true,
                    1_000_000,
                    List.of(),
                    4,
                    true,
                    true,
                    true,
                    SloppyTcp.AUTO,
                    1,
                    4093,
                    new BigDecimal("1.25"),
                    LvsTimeouts.DEFAULT);

    public DirectorSettings {
        interfaces = List.copyOf(interfaces);
    }
}
