package lb.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.service.RealServer;
import lb.core.service.TestServers;
import org.junit.jupiter.api.Test;

class HashSchedulersTest {
    private static final long SEED = 4093;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    /** Slots by real server number; index 0 counts the empty ones. */
    private static int[] slots(TestServers servers, int count) {
        MaglevTable table = new MaglevTable(servers.newestFirst(), MaglevTable.KERNEL_SIZE);
        int[] slots = new int[count + 1];
        for (int slot = 0; slot < MaglevTable.KERNEL_SIZE; slot++) {
            RealServer server = table.at(slot);
            slots[server == null ? 0 : server.address().ipv4() - 0x0a00ce00]++;
        }
        return slots;
    }

    /**
     * Round after round each takes weight / divisor turns, so nobody is more than one round off its
     * share.
     */
    @Test
    void mhFillsEverySlotInProportionToTheWeights() {
        for (int round = 0; round < 200; round++) {
            int[] weights = new int[random.nextInt(1, 30)];
            int sum = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = random.nextInt(0, 63);
                sum += weights[i];
            }
            int[] slots = slots(new TestServers("mh").weights(weights), weights.length);
            assertThat(slots[0])
                    .as("empty slots, seed %d", SEED)
                    .isEqualTo(sum == 0 ? MaglevTable.KERNEL_SIZE : 0);
            for (int i = 0; i < weights.length && sum > 0; i++) {
                double share = (double) MaglevTable.KERNEL_SIZE * weights[i] / sum;
                assertThat((double) slots[i + 1])
                        .as("seed %d weights %s server %d", SEED, Arrays.toString(weights), i + 1)
                        .isCloseTo(share, within((double) weights[i]));
                assertThat(slots[i + 1] > 0).isEqualTo(weights[i] > 0);
            }
        }
    }

    /**
     * Weights further apart than the kernel keeps them: the turns are weight / divisor, cut to six
     * bits, at least 1.
     */
    @Test
    void mhCutsTurnsToSixBits() {
        int[] slots = slots(new TestServers("mh").weights(65_535, 1), 2);
        assertThat(slots[1]).isEqualTo(4029);
        assertThat(slots[2]).as("one turn in each round of 63 + 1").isEqualTo(64);
    }

    /**
     * The kernel starves the last of 65 servers of 63 turns, since they fill the table before its
     * turn; here the turns are halved, and everybody is told.
     */
    @Test
    void mhLeavesNoServerWithoutASlotWhereTheKernelWould() {
        int[] weights = new int[66];
        Arrays.fill(weights, 63);
        weights[0] = 62;
        TestServers servers = new TestServers("mh").weights(weights);
        int[] slots = slots(servers, 66);
        for (int n = 1; n <= 66; n++) {
            assertThat(slots[n]).as("slots of %d", n).isBetween(31, 93);
        }
        assertThat(servers.warnings())
                .singleElement()
                .asString()
                .contains("1 of 66 real servers", "4093 slots", "4157 turns", "2046 turns");
        assertThat(new TestServers("mh").weights(1, 2, 3).warnings()).isEmpty();
    }

    @Test
    void mhMovesFewClientsOfTheOthersWhenOneLeaves() {
        int count = 10;
        int[] weights = new int[count];
        Arrays.fill(weights, 1);
        TestServers before = new TestServers("mh").weights(weights);
        for (int gone = 1; gone <= count; gone++) {
            int[] left = weights.clone();
            left[gone - 1] = -1;
            TestServers after = new TestServers("mh").weights(left);
            int moved = 0;
            for (int client = 0; client < 20_000; client++) {
                int was = before.select(client);
                int is = after.select(client);
                assertThat(is).isNotEqualTo(gone).isNotZero();
                moved += was != gone && was != is ? 1 : 0;
            }
            assertThat(moved / 20_000.0)
                    .as("share of clients that moved needlessly")
                    .isLessThan(0.1);
        }
    }

    @Test
    void mhMovesNobodyWhenAServerIsQuiescedAndFallsBackOnlyForItsClients() {
        TestServers before = new TestServers("mh", "mh-fallback").weights(3, 2, 1);
        TestServers quiesced =
                new TestServers("mh", "mh-fallback").weights(3, 2, 1).weights(3, 0, 1);
        for (int client = 0; client < 20_000; client++) {
            int was = before.select(client);
            int is = quiesced.select(client);
            assertThat(is).isIn(1, 3);
            if (was != 2) {
                assertThat(is).isEqualTo(was);
            }
        }
    }

    /**
     * 256 slots in runs of the weights: two runs of 1 + 3 make exactly a quarter and three
     * quarters.
     */
    @Test
    void shSharesFollowTheWeights() {
        int[] seen = new int[3];
        TestServers servers = new TestServers("sh").weights(1, 3);
        for (int i = 0; i < 40_000; i++) {
            seen[servers.select(random.nextInt())]++;
        }
        assertThat(seen[0]).isZero();
        assertThat(seen[1] / 40_000.0).isCloseTo(0.25, within(0.02));
    }

    @Test
    void shWithoutFallbackRefusesTheClientsOfAQuiescedServerAndWithItServesThem() {
        TestServers plain = new TestServers("sh").weights(1, 0);
        TestServers fallback = new TestServers("sh", "sh-fallback").weights(1, 0);
        int refused = 0;
        for (int client = 0; client < 10_000; client++) {
            refused += plain.select(client) == 0 ? 1 : 0;
            assertThat(fallback.select(client)).isEqualTo(1);
        }
        assertThat(refused).isBetween(4_000, 6_000);
    }

    @Test
    void dhSendsEverythingForOneVipToOneServer() {
        TestServers servers = new TestServers("dh").weights(1, 1, 1);
        int first = servers.select(1);
        for (int client = 0; client < 1_000; client++) {
            assertThat(servers.select(client)).isEqualTo(first).isNotZero();
        }
    }

    /** With equal loads both draws go by weight; the one with the smaller load per weight wins. */
    @Test
    void twosDrawsByWeightAndPrefersTheLighter() {
        TestServers servers = new TestServers("twos").weights(1, 3);
        int[] idle = new int[3];
        for (int i = 0; i < 40_000; i++) {
            idle[servers.select(i)]++;
        }
        assertThat(idle[1] / 40_000.0)
                .as("a tie keeps the first draw")
                .isCloseTo(0.25, within(0.02));
        servers.get(2).connectionOpened(true);
        int[] loaded = new int[3];
        for (int i = 0; i < 40_000; i++) {
            loaded[servers.select(i)]++;
        }
        assertThat(loaded[1] / 40_000.0)
                .as("1 wins unless both draws are 2")
                .isCloseTo(1 - 0.75 * 0.75, within(0.02));
    }

    /**
     * The reference's first value of SipHash-2-4 and of our SipHash-1-3, through the same rounds,
     * written out.
     */
    @Test
    void sipHashAgreesWithTheReference() throws Exception {
        JsonNode known =
                new ObjectMapper().readTree(getClass().getResource("/maglev/siphash.json"));
        byte[] key = java.util.HexFormat.of().parseHex(known.get("key").asText());
        byte[] message = java.util.HexFormat.of().parseHex(known.get("msg").asText());
        assertThat(SipHashModel.hash(key, message, 2, 4))
                .as("the model against the reference")
                .isEqualTo(Long.parseUnsignedLong(known.get("hash_u64").asText(), 16));
        for (int round = 0; round < 10_000; round++) {
            int value = random.nextInt();
            long half = random.nextBoolean() ? 2_654_435_761L : random.nextLong();
            assertThat(AddressHash.sipHash13(value, half))
                    .as("seed %d value %d key %d", SEED, value, half)
                    .isEqualTo((int) SipHashModel.hash(half, half, littleEndian(value), 1, 3));
        }
    }

    private static byte[] littleEndian(int value) {
        return new byte[] {
            (byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)
        };
    }
}
