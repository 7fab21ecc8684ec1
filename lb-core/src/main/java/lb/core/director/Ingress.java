package lb.core.director;

import lb.core.channel.FrameSink;

/**
 * Where a batch came in. Of one worker.
 *
 * @param mac the MAC address of the interface, or {@link #ANY_MAC}
 * @param back the way out for answers
 * @param interfaceIndex the kernel's index of the interface; 0 for a capture
 * @param virtualMacs further MAC addresses whose frames are taken
 */
public record Ingress(long mac, FrameSink back, int interfaceIndex, VirtualMacs virtualMacs) {
    /** Takes frames to any MAC address: for captures. */
    public static final long ANY_MAC = -1;

    /** One without virtual routers. */
    public Ingress(long mac, FrameSink back) {
        this(mac, back, 0, new VirtualMacs());
    }

    /** Whether frames to this MAC address are for the director. */
    boolean takes(long destination) {
        return destination == mac || mac == ANY_MAC || virtualMacs.contains(destination);
    }
}
