package lb.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Ipv4ChecksumTest {
    private static final long SEED = 20_251_121;
    private static final int[] WORDS = {0, 1, 0xffff_ffff, 0xffff, 0xffff_0000, 0x8000_0000};

    private final long header = Memory.allocateForever(64);
    private final Random random = new Random(SEED);

    @Test
    void theFiveWordSumAgreesWithTheGeneralOneOnAnyHeader() {
        int valid = 0;
        for (int round = 0; round < 1_000_000; round++) {
            for (int at = 0; at < Ipv4.MIN_HEADER_LENGTH; at += 4) {
                Memory.putI32(
                        header + at,
                        random.nextInt(4) == 0
                                ? WORDS[random.nextInt(WORDS.length)]
                                : random.nextInt());
            }
            if (random.nextBoolean()) {
                Memory.putU16(header + 10, 0);
                Memory.putU16(header + 10, Checksum.of(header, Ipv4.MIN_HEADER_LENGTH));
            }
            boolean expected = Checksum.isValid(header, Ipv4.MIN_HEADER_LENGTH);
            valid += expected ? 1 : 0;
            assertThat(Ipv4.isChecksumValid(header, Ipv4.MIN_HEADER_LENGTH))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(expected);
        }
        assertThat(valid).isBetween(400_000, 600_000);
    }
}
