package lb.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    private static final long SEED = 1071;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final NativeBytes memory = new NativeBytes(70_000);

    /** RFC 1071 section 1, word by word, with the carry added back at once. */
    private static int model(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            int low = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
            sum += (bytes[i] & 0xff) << 8 | low;
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }

    @Test
    void theExampleOfRfc1071Section3() {
        byte[] bytes = {
            0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7
        };
        assertThat(Checksum.of(memory.put(bytes), bytes.length)).isEqualTo(~0xddf2 & 0xffff);
    }

    @Test
    void equalsThePlainModelForRandomBytesOfEvenAndOddLengths() {
        for (int length = 0; length < 3000; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            if (length % 7 == 0) {
                java.util.Arrays.fill(bytes, (byte) 0xff);
            }
            assertThat(Checksum.of(memory.put(bytes), length))
                    .as("seed %d length %d", SEED, length)
                    .isEqualTo(model(bytes));
        }
    }

    @Test
    void theLongestPacketOfAllOnesDoesNotOverflow() {
        byte[] bytes = new byte[65_535];
        java.util.Arrays.fill(bytes, (byte) 0xff);
        assertThat(Checksum.of(memory.put(bytes), bytes.length)).isEqualTo(model(bytes));
    }

    @Test
    void bytesThatContainTheirOwnChecksumAreValidAndOneFlippedBitIsNot() {
        for (int round = 0; round < 1000; round++) {
            byte[] bytes = new byte[20];
            random.nextBytes(bytes);
            bytes[10] = bytes[11] = 0;
            int checksum = model(bytes);
            bytes[10] = (byte) (checksum >>> 8);
            bytes[11] = (byte) checksum;
            assertThat(Checksum.isValid(memory.put(bytes), 20)).as("seed %d", SEED).isTrue();
            bytes[random.nextInt(20)] ^= (byte) (1 << random.nextInt(8));
            assertThat(Checksum.isValid(memory.put(bytes), 20)).as("seed %d", SEED).isFalse();
        }
    }
}
