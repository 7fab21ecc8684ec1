package lb.core.connection;

import lb.core.service.SecretHash;

/** How flows are hashed: the sender chooses address and port, and must not aim at one bucket. */
record FlowHash(SecretHash secret) {
    /** The one of this process. */
    static final FlowHash OF_PROCESS = new FlowHash(SecretHash.random());

    /** The hash of a flow, never 0: among hashes, 0 stands for "no flow". */
    int of(
            long clientHigh,
            long clientLow,
            long serviceHigh,
            long serviceLow,
            int ports,
            int protocol) {
        // Mapped IPv4 addresses have 32 bits of their own each: side by side they lose nothing.
        long addresses = Long.rotateLeft(clientLow, 32) ^ serviceLow;
        if ((clientHigh | serviceHigh) != 0) {
            addresses = secret.hash(addresses, clientHigh);
            addresses = secret.hash(addresses, serviceHigh) ^ serviceLow;
        }
        int hash = (int) (secret.hash(addresses, (long) ports << 32 ^ protocol) >>> 32);
        return hash == 0 ? 1 : hash;
    }
}
