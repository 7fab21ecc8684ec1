package lb.core.forward;

import lb.core.wire.Checksum;
import lb.core.wire.Crc32c;
import lb.core.wire.IpProtocol;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import lb.core.wire.Sctp;
import lb.core.wire.VnetHeader;

/**
 * Finishes the transport checksum that a sender's stack left to its hardware, where the kernel
 * cannot do it on the way out. Stateless; any thread.
 */
public final class PartialChecksum {
    private PartialChecksum() {}

    /** Finishes it, in place, and says so in the frame's vnet header; else does nothing. */
    public static void finish(long frame, Packet packet) {
        if (packet.protocol() == IpProtocol.SCTP) {
            finishSctp(frame, packet);
            return;
        }
        if (!VnetHeader.needsChecksum(frame)) {
            return;
        }
        long start = frame + VnetHeader.checksumStart(frame);
        long field = start + VnetHeader.checksumOffset(frame);
        long end = packet.ip() + packet.ipLength();
        if (field + 2 <= end) {
            int checksum = Checksum.of(start, (int) (end - start));
            // UDP's 0 means "none" (RFC 768).
            Memory.putU16(
                    field,
                    checksum == 0 && packet.protocol() == IpProtocol.UDP ? 0xffff : checksum);
        }
        VnetHeader.clear(frame);
    }

    /**
     * As {@link #finish}, for SCTP alone. Nothing in a vnet header says that CRC32c is meant, so
     * the kernel would put an Internet checksum there.
     */
    public static void finishSctp(long frame, Packet packet) {
        if (VnetHeader.needsChecksum(frame) && !VnetHeader.isSegmented(frame)) {
            long field = packet.transport() + Sctp.CHECKSUM;
            Memory.putI32(field, 0);
            int crc = Crc32c.of(packet.transport(), packet.transportLength());
            Memory.putI32(field, Integer.reverseBytes(crc));
            VnetHeader.clear(frame);
        }
    }
}
