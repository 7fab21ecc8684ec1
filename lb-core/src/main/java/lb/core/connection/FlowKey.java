package lb.core.connection;

import lb.core.service.Flow;
import lb.core.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * What tells one connection from another: protocol, client, VIP and ports. Equality and hash are
 * over these alone, so that a {@link FlowProbe} finds the {@link Connection}.
 */
public abstract class FlowKey implements Flow {
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
        hash =
                FlowHash.OF_PROCESS.of(
                        clientHigh, clientLow, serviceHigh, serviceLow, ports, protocol);
    }

    /** The hash that a connection of the packet's flow has, never 0. */
    public static int hashOf(Packet packet) {
        return FlowHash.OF_PROCESS.of(
                packet.sourceHigh(),
                packet.sourceLow(),
                packet.destinationHigh(),
                packet.destinationLow(),
                packet.ports(),
                packet.protocol());
    }

    /** Whether a packet from client to VIP is of this flow. */
    public final boolean isOf(Packet packet) {
        return clientLow == packet.sourceLow()
                && ports == packet.ports()
                && serviceLow == packet.destinationLow()
                && protocol == packet.protocol()
                && clientHigh == packet.sourceHigh()
                && serviceHigh == packet.destinationHigh();
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
