package lb.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.service.RealServer;
import lb.core.service.TestServers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schedulers that no kernel has, and the larger tables of mh. */
class ConsistentHashTest {
    private static final long SEED = 655_373;
    private static final int CLIENTS = 60_000;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    private static TestServers servers(String scheduler) {
        String[] words = scheduler.split(" ");
        return new TestServers(words[0], Arrays.copyOfRange(words, 1, words.length));
    }

    private int[] clients() {
        return random.ints(CLIENTS).toArray();
    }

    /** Bounds: the table's or the ring's own unevenness, and five deviations of the sample. */
    @ParameterizedTest
    @CsvSource({
        "mh, 0.03", "mh table-size=65537, 0.005", "mh table-size=655373, 0.002",
        "mh-bounded load-factor=100, 0.03", "rendezvous, 0", "ketama, 0.25"
    })
    void sharesFollowTheWeights(String scheduler, double uneven) {
        int[] weights = {5, 1, 3, 10, 6};
        TestServers servers = servers(scheduler).weights(weights);
        int[] seen = new int[weights.length + 1];
        for (int client : clients()) {
            seen[servers.select(client)]++;
        }
        assertThat(seen[0]).isZero();
        for (int n = 1; n <= weights.length; n++) {
            double share = weights[n - 1] / 25.0;
            double deviation = Math.sqrt(share * (1 - share) / CLIENTS);
            // A ring's share strays with the root of its points.
            double stray = uneven == 0.25 ? uneven * Math.sqrt(share) : uneven;
            assertThat(seen[n] / (double) CLIENTS)
                    .as("%s seed %d server %d", scheduler, SEED, n)
                    .isCloseTo(share, within(stray * share + 5 * deviation + stray * 0.01));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ketama", "rendezvous"})
    void onlyTheClientsOfTheOneThatLeavesOrDrainsMove(String scheduler) {
        TestServers before = servers(scheduler).weights(3, 2, 4, 2);
        TestServers left = servers(scheduler).weights(3, -1, 4, 2);
        TestServers drained = servers(scheduler).weights(3, 2, 4, 2).weights(3, 0, 4, 2);
        for (int client : clients()) {
            int was = before.select(client);
            assertThat(drained.select(client)).isNotEqualTo(2).isNotZero();
            if (was != 2) {
                assertThat(left.select(client)).as("seed %d", SEED).isEqualTo(was);
                assertThat(drained.select(client)).isEqualTo(was);
            }
        }
    }

    /** One more weight moves clients to that server only, as long as the ring keeps its density. */
    @ParameterizedTest
    @ValueSource(strings = {"ketama", "rendezvous"})
    void aGrowingWeightTakesClientsAndMovesNobodyElse(String scheduler) {
        TestServers before = servers(scheduler).weights(4, 4, 4);
        TestServers after = servers(scheduler).weights(4, 5, 4);
        int gained = 0;
        for (int client : clients()) {
            int was = before.select(client);
            int is = after.select(client);
            if (is != was) {
                assertThat(is).as("seed %d", SEED).isEqualTo(2);
                gained++;
            }
        }
        assertThat(gained / (double) CLIENTS).isBetween(0.01, 0.12);
    }

    /**
     * While connections come and go, nobody ever takes a newcomer beyond factor times its share
     * (rounded up), and some do get past the owner of their slot.
     */
    @Test
    void boundedLoadsStayBounded() {
        int[] weights = {1, 2, 3, 1, 1};
        TestServers servers = servers("mh-bounded load-factor=1.25").weights(weights);
        TestServers plain = servers("mh").weights(weights);
        int[] load = new int[weights.length + 1];
        int total = 0;
        int passed = 0;
        for (int event = 0; event < 100_000; event++) {
            // Half of the clients are one address: mh alone would overload its server.
            int client = random.nextBoolean() ? 1 : random.nextInt();
            int n = random.nextInt(weights.length) + 1;
            if (random.nextInt(100) < 45 && load[n] > 0) {
                servers.get(n).connectionClosed(true);
                load[n]--;
                total--;
                continue;
            }
            int chosen = servers.select(client);
            passed += chosen == plain.select(client) ? 0 : 1;
            double bound = Math.ceil(1.25 * (total + 1) * weights[chosen - 1] / 8.0);
            assertThat(load[chosen] + 1.0)
                    .as("seed %d event %d", SEED, event)
                    .isLessThanOrEqualTo(bound);
            servers.get(chosen).connectionOpened(true);
            load[chosen]++;
            total++;
        }
        assertThat(passed).isGreaterThan(1_000);
    }

    @Test
    void everyServerWithAWeightHasASlotWhateverTheWeights() {
        for (int round = 0; round < 60; round++) {
            String scheduler = random.nextBoolean() ? "mh table-size=251" : "sh";
            int[] weights = new int[random.nextInt(1, 250)];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = 1 << random.nextInt(0, 16);
            }
            TestServers servers = servers(scheduler).weights(weights);
            int[] slots = new int[weights.length + 1];
            lb.core.service.SlotTable table = servers.slots();
            for (int slot = 0; slot < table.slots(); slot++) {
                RealServer server = table.slot(slot);
                slots[server.address().ipv4() - 0x0a00ce00]++;
            }
            for (int n = 1; n <= weights.length; n++) {
                assertThat(slots[n])
                        .as("%s seed %d %s", scheduler, SEED, Arrays.toString(weights))
                        .isPositive();
            }
        }
    }

    @Test
    void moreServersThanSlotsAreRefused() {
        int[] weights = new int[252];
        Arrays.fill(weights, 1);
        assertThatThrownBy(() -> servers("mh table-size=251").weights(weights))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("252 real servers cannot share the 251 slots");
        weights[0] = 0;
        assertThat(servers("mh table-size=251").weights(weights).select(1)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mh table-size=4096",
                "mh table-size=",
                "mh table-size",
                "mh load-factor=2",
                "mh-bounded load-factor=1",
                "mh-bounded load-factor=1e9",
                "mh-bounded load-factor=101",
                "mh table-size=251 table-size=509"
            })
    void wrongOptionsAreRefused(String scheduler) {
        assertThatThrownBy(() -> servers(scheduler).weights(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(scheduler.split(" ")[0]);
    }

    /** The slot is the remainder, computed by two multiplications. */
    @Test
    void theSlotIsTheHashModuloTheSize() {
        for (int size : new int[] {251, 4093, 65_537, 655_373}) {
            MaglevTable table = new MaglevTable(servers("mh").weights(1).newestFirst(), size);
            for (int i = 0; i < 20_000; i++) {
                int key = random.nextInt();
                assertThat(table.slotOf(key))
                        .isEqualTo(
                                Integer.remainderUnsigned(
                                        AddressHash.sipHash13(key, 2_654_435_761L), size));
            }
        }
    }
}
