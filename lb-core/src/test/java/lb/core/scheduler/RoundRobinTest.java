package lb.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.service.RealServerDefinition;
import lb.core.service.TestServers;
import lb.core.wire.IpAddress;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
    private static final long SEED = 4;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    private static List<Integer> choices(TestServers servers, int count) {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(servers.select(i));
        }
        return chosen;
    }

    @Test
    void rrGoesRoundNewestFirstAndPassesByTheQuiesced() {
        assertThat(choices(new TestServers("rr").weights(1, 0, 9, 2), 7))
                .containsExactly(4, 3, 1, 4, 3, 1, 4);
    }

    @Test
    void rrGoesOnBehindItsLastChoiceAfterChangesOfTheList() {
        TestServers servers = new TestServers("rr").weights(1, 1, 1, 1);
        assertThat(choices(servers, 2)).containsExactly(4, 3);
        assertThat(choices(servers.weights(1, 1, 1, 1, 1), 1)).as("added").containsExactly(2);
        assertThat(choices(servers.weights(1, -1, 1, 1, 1), 1))
                .as("the last choice removed")
                .containsExactly(1);
        assertThat(choices(servers.weights(1, -1, 1, 0, 1), 2))
                .as("another one quiesced")
                .containsExactly(5, 3);
    }

    /** In one round of (sum of weights / divisor) choices each server has exactly its share. */
    @Test
    void wrrGivesEachServerExactlyItsShareInEachRound() {
        for (int round = 0; round < 300; round++) {
            int[] weights = new int[random.nextInt(1, 9)];
            int divisor = random.nextInt(1, 4);
            int sum = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = divisor * random.nextInt(0, 12);
                sum += weights[i];
            }
            int common = gcd(weights);
            TestServers servers = new TestServers("wrr").weights(weights);
            for (int turn = 0; turn < 3 && sum > 0; turn++) {
                int[] seen = new int[weights.length];
                for (int i = 0; i < sum / common; i++) {
                    seen[servers.select(i) - 1]++;
                }
                for (int i = 0; i < weights.length; i++) {
                    assertThat(seen[i])
                            .as("seed %d %s", SEED, java.util.Arrays.toString(weights))
                            .isEqualTo(weights[i] / common);
                }
            }
        }
    }

    private static int gcd(int[] weights) {
        java.math.BigInteger common = java.math.BigInteger.ZERO;
        for (int weight : weights) {
            common = common.gcd(java.math.BigInteger.valueOf(weight));
        }
        return common.intValue();
    }

    /**
     * The first pass is at threshold 1, where adding the servers one by one left it, as in the
     * kernel.
     */
    @Test
    void wrrIsInterleaved() {
        assertThat(choices(new TestServers("wrr").weights(1, 2, 4), 10))
                .containsExactly(3, 2, 1, 3, 3, 3, 2, 3, 2, 1);
    }

    @Test
    void wrrGoesOnAfterChangesOfTheList() {
        TestServers servers = new TestServers("wrr").weights(1, 2, 4);
        assertThat(choices(servers, 5)).containsExactly(3, 2, 1, 3, 3);
        assertThat(choices(servers.weights(1, 2, 4, 1), 7))
                .as("the threshold stays at 3, the list starts anew, then it falls to 2 and 1")
                .containsExactly(3, 3, 2, 4, 3, 2, 1);
    }

    /**
     * The passes that nobody's weight reaches must not be walked one by one: that would stall the
     * worker.
     */
    @Test
    void wrrFindsASmallWeightQuicklyWhileTheGreatestIsOverloaded() {
        List<RealServerDefinition> definitions = new ArrayList<>();
        for (int n = 1; n <= 100; n++) {
            int weight = n == 1 ? 1 : RealServerDefinition.MAX_WEIGHT;
            definitions.add(
                    new RealServerDefinition(
                            IpAddress.ofIpv4(0x0a00ce00 + n), 80, weight, n == 1 ? 0 : 1, 0));
        }
        TestServers servers = new TestServers("wrr").define(definitions);
        for (int n = 2; n <= 100; n++) {
            servers.get(n).connectionOpened(true);
        }
        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> {
                    for (int i = 0; i < 5_000; i++) {
                        assertThat(servers.select(i)).isEqualTo(1);
                    }
                });
    }
}
