package lb.core.connection;

import lb.core.service.Flow;
import org.jspecify.annotations.Nullable;

/**
 * What tells one connection from another: protocol, client, VIP and ports. Equality and hash are
 * over these alone, so that a {@link FlowProbe} finds the {@link Connection}.
 */
public abstract class FlowKey implements Flow {
    /** Secret of this process, so that nobody outside can aim at one bucket. */
    private static final long SEED = new java.security.SecureRandom().nextLong() | 1;

    private static final long MIX = 0xd6e8_feb8_6659_fd93L;

    long clientHigh;
    long clientLow;
    long serviceHigh;
    long serviceLow;
    int ports;
    int protocol;
    int hash;

    FlowKey() {}

    FlowKey(FlowKey of) {
        clientHigh = of.clientHigh;
        clientLow = of.clientLow;
        serviceHigh = of.serviceHigh;
        serviceLow = of.serviceLow;
        ports = of.ports;
        protocol = of.protocol;
        hash = of.hash;
    }

    /** Takes the hash of all fields. */
    final void rehash() {
        hash = hash(clientHigh, clientLow, serviceHigh, serviceLow, ports, protocol);
    }

    /** The hash of a flow, never 0: among hashes, 0 stands for "no flow". */
    static int hash(
            long clientHigh,
            long clientLow,
            long serviceHigh,
            long serviceLow,
            int ports,
            int protocol) {
        long mixed = (clientLow ^ SEED) * MIX + (clientHigh ^ serviceHigh);
        mixed = (mixed ^ mixed >>> 32) * MIX + ((long) ports << 8 ^ protocol);
        mixed = (mixed ^ mixed >>> 32) * MIX + serviceLow;
        mixed = (mixed ^ mixed >>> 32) * MIX;
        int folded = (int) (mixed >>> 32);
        return folded == 0 ? 1 : folded;
    }

    final boolean isSameFlow(FlowKey other) {
        return clientLow == other.clientLow
                && ports == other.ports
                && serviceLow == other.serviceLow
                && protocol == other.protocol
                && clientHigh == other.clientHigh
                && serviceHigh == other.serviceHigh;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return this == other || other instanceof FlowKey key && isSameFlow(key);
    }

    @Override
    public final int hashCode() {
        return hash;
    }

    @Override
    public final long clientHigh() {
        return clientHigh;
    }

    @Override
    public final long clientLow() {
        return clientLow;
    }

    @Override
    public final int clientPort() {
        return ports >>> 16;
    }

    @Override
    public final long serviceHigh() {
        return serviceHigh;
    }

    @Override
    public final long serviceLow() {
        return serviceLow;
    }

    @Override
    public final int servicePort() {
        return ports & 0xffff;
    }

    /** The number of the transport protocol. */
    public final int protocol() {
        return protocol & 0xff;
    }
}
