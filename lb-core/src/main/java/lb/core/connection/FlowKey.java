package lb.core.connection;

import java.security.SecureRandom;
import lb.core.service.Flow;
import org.jspecify.annotations.Nullable;

/**
 * What tells one connection from another: protocol, client, VIP and ports. Equality and hash are
 * over these alone, so that a {@link FlowProbe} finds the {@link Connection}.
 */
public abstract class FlowKey implements Flow {
    /** Secrets of this process, so that nobody outside can aim at one bucket. */
    private static final long SECRET_1 = secret();

    private static final long SECRET_2 = secret();
    private static final long SECRET_3 = secret();

    long clientHigh;
    long clientLow;
    long serviceHigh;
    long serviceLow;
    int ports;
    int protocol;
    int hash;

    private static long secret() {
        return new SecureRandom().nextLong();
    }

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
        // The sender chooses address and port, so each word meets a secret before its product.
        long client = clientLow ^ SECRET_1;
        if ((clientHigh | serviceHigh) != 0) {
            client = mix(mix(client, clientHigh ^ SECRET_2), serviceHigh ^ SECRET_3);
        }
        long flow = mix(client, (long) ports << 8 ^ protocol ^ SECRET_2);
        long mixed = mix(flow, serviceLow ^ SECRET_3);
        int folded = (int) (mixed >>> 32);
        return folded == 0 ? 1 : folded;
    }

    /** Both halves of the product, folded: each bit of either factor bears on most of them. */
    private static long mix(long one, long other) {
        return Math.unsignedMultiplyHigh(one, other) ^ one * other;
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
