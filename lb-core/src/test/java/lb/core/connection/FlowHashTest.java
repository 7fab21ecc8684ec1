package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import lb.core.service.SecretHash;
import lb.core.wire.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the index expects of the hash, whatever the secrets: flows that differ in one field alone,
 * as a client or an attacker makes them, are spread like random numbers. The bounds are more than
 * five standard deviations away; that they hold for each of many sets of secrets is the point,
 * since a weak hash is weak for a few of them.
 */
class FlowHashTest {
    private static final long SEED = 77;
    private static final int SECRETS = 400;
    private static final int FLOWS = 1 << 14;
    private static final long VIP = IpAddress.mapped(0x0a09_0064);

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    /** A field of the key, or the field of an IPv4 flow that it holds. */
    enum Field {
        IPV4_CLIENT((hash, i) -> of(hash, 0, ipv4(0x0b00_0000 + i), 0, VIP, 1)),
        IPV4_CLIENT_NETWORK((hash, i) -> of(hash, 0, ipv4(i << 16), 0, VIP, 1)),
        IPV4_CLIENT_PORT((hash, i) -> of(hash, 0, ipv4(0x0b00_0001), 0, VIP, i << 16 | 80)),
        IPV4_VIP((hash, i) -> of(hash, 0, VIP, 0, ipv4(0x0a09_0000 + i), 1)),
        IPV4_VIP_PORT((hash, i) -> of(hash, 0, ipv4(0x0b00_0001), 0, VIP, 5_000 << 16 | i)),
        IPV6_CLIENT_HIGH((hash, i) -> of(hash, 0xfd00L << 48 | i, 1, 0xfd00L << 48, 2, 1)),
        IPV6_CLIENT_LOW((hash, i) -> of(hash, 0xfd00L << 48, i, 0xfd00L << 48, 2, 1)),
        IPV6_CLIENT_PORT((hash, i) -> of(hash, 0xfd00L << 48, 1, 0xfd00L << 48, 2, i << 16 | 80)),
        IPV6_VIP_HIGH((hash, i) -> of(hash, 0xfd00L << 48, 1, 0xfd00L << 48 | i, 2, 1)),
        IPV6_VIP_LOW((hash, i) -> of(hash, 0xfd00L << 48, 1, 0xfd00L << 48, i, 1));

        private final HashOfValue hashes;

        Field(HashOfValue hashes) {
            this.hashes = hashes;
        }

        /** The hash of the flow whose field has this value, as a number that is not negative. */
        long hash(FlowHash hash, int value) {
            return hashes.of(hash, value) & 0xffff_ffffL;
        }

        private static int of(
                FlowHash hash,
                long clientHigh,
                long clientLow,
                long serviceHigh,
                long serviceLow,
                int ports) {
            return hash.of(clientHigh, clientLow, serviceHigh, serviceLow, ports, 6);
        }

        private static long ipv4(int address) {
            return IpAddress.mapped(address);
        }
    }

    private interface HashOfValue {
        int of(FlowHash hash, int value);
    }

    @ParameterizedTest
    @EnumSource
    void flowsThatDifferInOneFieldAloneAreSpread(Field field) {
        for (int i = 0; i < SECRETS; i++) {
            FlowHash hash = new FlowHash(SecretHash.of(random));
            assertThatSpread(
                    LongStream.range(0, FLOWS)
                            .map(value -> field.hash(hash, (int) value))
                            .toArray(),
                    field + ", secrets " + i);
        }
    }

    private static void assertThatSpread(long[] hashes, String what) {
        assertThat(different(hashes)).as("different hashes, %s", what).isGreaterThan(FLOWS - 8);
        assertThat(fullest(hashes, FLOWS, hash -> hash & FLOWS - 1))
                .as("flows in the fullest of as many slots, %s", what)
                .isLessThan(20);
        assertThat(fullest(hashes, 128, hash -> hash >>> 25))
                .as("flows of the most frequent tag, %s", what)
                .isLessThan(FLOWS / 128 * 3 / 2);
    }

    private static int different(long[] hashes) {
        long[] sorted = hashes.clone();
        Arrays.sort(sorted);
        int different = 1;
        for (int i = 1; i < sorted.length; i++) {
            different += sorted[i] == sorted[i - 1] ? 0 : 1;
        }
        return different;
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
        for (int bit = 0; bit < 14; bit++) {
            int changed = 0;
            for (int i = 0; i < 1_000; i++) {
                FlowHash hash = new FlowHash(SecretHash.of(random));
                int value = random.nextInt(FLOWS);
                changed +=
                        Long.bitCount(field.hash(hash, value) ^ field.hash(hash, value ^ 1 << bit));
            }
            assertThat(changed / 1_000.0).as("of 32, %s, bit %d", field, bit).isBetween(13.0, 19.0);
        }
    }
}
