package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import lb.core.wire.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the index expects of the hash, whatever the secrets of this run: flows that differ in one
 * field alone, as a client or an attacker makes them, are spread like random numbers. The bounds
 * are six standard deviations away or more.
 */
class FlowHashTest {
    private static final long SEED = 77;
    private static final int FLOWS = 1 << 16;
    private static final long VIP = IpAddress.mapped(0x0a09_0064);

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    /** A field of the key, or the field of an IPv4 flow that it holds. */
    enum Field {
        IPV4_CLIENT(i -> hash(0, IpAddress.mapped(0x0b00_0000 + (int) i), 0, VIP, 1)),
        IPV4_CLIENT_PORT(i -> hash(0, IpAddress.mapped(0x0b00_0001), 0, VIP, (int) i << 16 | 80)),
        IPV4_VIP(i -> hash(0, VIP, 0, IpAddress.mapped(0x0a09_0000 + (int) i), 1)),
        IPV6_CLIENT_HIGH(i -> hash(0xfd00L << 48 | i, 1, 0xfd00L << 48, 2, 1)),
        IPV6_CLIENT_LOW(i -> hash(0xfd00L << 48, i, 0xfd00L << 48, 2, 1)),
        IPV6_CLIENT_PORT(i -> hash(0xfd00L << 48, 1, 0xfd00L << 48, 2, (int) i << 16 | 80)),
        IPV6_VIP_HIGH(i -> hash(0xfd00L << 48, 1, 0xfd00L << 48 | i, 2, 1)),
        IPV6_VIP_LOW(i -> hash(0xfd00L << 48, 1, 0xfd00L << 48, i, 1));

        private final LongUnaryOperator hashes;

        Field(LongUnaryOperator hashes) {
            this.hashes = hashes;
        }

        private static long hash(
                long clientHigh, long clientLow, long serviceHigh, long serviceLow, int ports) {
            return FlowKey.hash(clientHigh, clientLow, serviceHigh, serviceLow, ports, 6)
                    & 0xffff_ffffL;
        }
    }

    @ParameterizedTest
    @EnumSource
    void flowsThatDifferInOneFieldAloneAreSpread(Field field) {
        long[] hashes = LongStream.range(0, FLOWS).map(field.hashes).toArray();
        assertThat(Arrays.stream(hashes).distinct().count())
                .as("different hashes")
                .isGreaterThan(FLOWS - 16);
        assertThat(fullest(hashes, FLOWS, hash -> hash & FLOWS - 1))
                .as("flows in the fullest of as many slots")
                .isLessThan(20);
        assertThat(fullest(hashes, 128, hash -> hash >>> 25))
                .as("flows of the most frequent tag")
                .isLessThan(FLOWS / 128 * 3 / 2);
    }

    private static int fullest(long[] hashes, int buckets, LongUnaryOperator bucket) {
        int[] counts = new int[buckets];
        for (long hash : hashes) {
            counts[(int) bucket.applyAsLong(hash)]++;
        }
        return Arrays.stream(counts).max().orElseThrow();
    }

    /** One bit less or more of the field changes half of the hash. */
    @ParameterizedTest
    @EnumSource
    void eachBitOfAFieldBearsOnHalfOfTheHash(Field field) {
        for (int bit = 0; bit < 16; bit++) {
            int changed = 0;
            for (int i = 0; i < 1_000; i++) {
                long value = random.nextInt(FLOWS);
                changed +=
                        Long.bitCount(
                                field.hashes.applyAsLong(value)
                                        ^ field.hashes.applyAsLong(value ^ 1L << bit));
            }
            assertThat(changed / 1_000.0).as("of 32, bit %d", bit).isBetween(13.0, 19.0);
        }
    }
}
