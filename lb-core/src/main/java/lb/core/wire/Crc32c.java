package lb.core.wire;

/** CRC32c, the checksum of SCTP (RFC 9260 section 6.8 and appendix A). Stateless; any thread. */
public final class Crc32c {
    /** The polynomial of Castagnoli, its lowest power in the highest bit. */
    private static final int POLYNOMIAL = 0x82f6_3b78;

    private static final int[] TABLE = table();

    private Crc32c() {}

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
            }
            table[i] = crc;
        }
        return table;
    }

    /** The checksum of {@code length} bytes; it goes on the wire with its lowest byte first. */
    public static int of(long address, int length) {
        int crc = ~0;
        for (int i = 0; i < length; i++) {
            crc = TABLE[(crc ^ Memory.u8(address + i)) & 0xff] ^ crc >>> 8;
        }
        return ~crc;
    }
}
