package lb.director.demo;

import java.util.ArrayList;
import java.util.List;
import lb.director.lab.CapturedFrame;

/**
 * Two copies of an IPv4 packet, before and after the director, byte by byte from the IP header on.
 * Immutable; any thread.
 *
 * @param lengthBefore bytes of the packet at the client
 * @param lengthAfter bytes of the packet at the real server
 * @param differences offsets in the packet at which the bytes differ
 * @param timeToLiveBefore at the client
 * @param timeToLiveAfter at the real server
 * @param checksumBefore the header checksum at the client
 * @param checksumAfter the header checksum at the real server
 */
record PacketComparison(
        int lengthBefore,
        int lengthAfter,
        List<Integer> differences,
        int timeToLiveBefore,
        int timeToLiveAfter,
        int checksumBefore,
        int checksumAfter) {

    static PacketComparison of(CapturedFrame before, CapturedFrame after) {
        int length = Math.min(Frames.packetLength(before), Frames.packetLength(after));
        List<Integer> differences = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            if (before.u8(Frames.IP + i) != after.u8(Frames.IP + i)) {
                differences.add(i);
            }
        }
        return new PacketComparison(
                Frames.packetLength(before),
                Frames.packetLength(after),
                List.copyOf(differences),
                before.u8(Frames.IP + Frames.IP_TIME_TO_LIVE),
                after.u8(Frames.IP + Frames.IP_TIME_TO_LIVE),
                before.u16(Frames.IP + Frames.IP_CHECKSUM),
                after.u16(Frames.IP + Frames.IP_CHECKSUM));
    }

    /** Whether only the TTL is one less, and the header checksum fits it (RFC 1624 section 3). */
    boolean asRouted() {
        int sum = checksumBefore + 0x0100;
        int fitting = (sum & 0xffff) + (sum >>> 16);
        return lengthBefore == lengthAfter
                && timeToLiveAfter == timeToLiveBefore - 1
                && checksumAfter == fitting
                && differences.stream().allMatch(PacketComparison::inTimeToLiveOrChecksum);
    }

    private static boolean inTimeToLiveOrChecksum(int offset) {
        return offset == Frames.IP_TIME_TO_LIVE
                || offset == Frames.IP_CHECKSUM
                || offset == Frames.IP_CHECKSUM + 1;
    }

    /** The result in one or two lines. */
    String text() {
        if (!asRouted()) {
            return "Steps 3 and 4 differ in more than TTL-1 and its checksum: %d and %d bytes, other bytes at %s"
                    .formatted(lengthBefore, lengthAfter, differences);
        }
        return "Steps 3 and 4, all %d bytes from the IP header on: the same, but for TTL %d -> %d and the header checksum"
                        .formatted(lengthBefore, timeToLiveBefore, timeToLiveAfter)
                + " that goes with it, %04x -> %04x".formatted(checksumBefore, checksumAfter);
    }
}
