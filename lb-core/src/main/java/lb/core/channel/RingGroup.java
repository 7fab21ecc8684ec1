package lb.core.channel;

import lb.core.linux.FanoutProgram;
import lb.core.linux.PacketSocket;

/**
 * Which ring each worker of an interface gets its frames in: the fanout program that the rings of
 * all of them share. Any thread; a call waits for the one before.
 */
final class RingGroup {
    private final int workers;
    private long onV3;

    RingGroup(int workers) {
        this.workers = workers;
    }

    /** Hands the group its first program, through any of its sockets, when all have joined it. */
    synchronized void begin(PacketSocket member) {
        member.share(FanoutProgram.of(workers, onV3));
    }

    /**
     * Gives a worker its frames in the other ring, and waits until the last one stands in the
     * former.
     *
     * @param member a socket of the group
     * @throws lb.core.linux.KernelException and leaves all as it was
     */
    synchronized void steer(PacketSocket member, int worker, boolean toV3) {
        long bit = 1L << worker;
        long wanted = toV3 ? onV3 | bit : onV3 & ~bit;
        member.share(FanoutProgram.of(workers, wanted));
        onV3 = wanted;
    }
}
