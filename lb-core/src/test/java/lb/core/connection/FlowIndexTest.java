package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.service.RealServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FlowIndexTest {
    private static final long SEED = 137;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final RealServer server = TestServer.make();
    private final FlowIndex index = new FlowIndex();
    private final Map<Integer, Connection> model = new HashMap<>();

    private Connection open(int client) {
        Connection connection =
                new Connection(
                        TestFlow.of(client), server, index, null, ConnectionState.ESTABLISHED, 0);
        connection.opened();
        index.add(connection);
        model.put(client, connection);
        return connection;
    }

    private void close(Connection connection) {
        connection.closed();
        index.unlinkLater(connection);
    }

    /**
     * Clients come from a small range, so that flows end and come back; the range grows and shrinks
     * the index.
     */
    @Test
    void aMillionRandomOperationsAgreeWithAHashMap() {
        FlowProbe probe = new FlowProbe();
        FlowProbe seen = new FlowProbe();
        int[] ahead = new int[2];
        long touched = 0;
        int seenAhead = 0;
        int dead = 0;
        for (int step = 0; step < 1_000_000; step++) {
            int range = step < 500_000 ? 30_000 : 3_000;
            int client = random.nextInt(range);
            int seenBefore = random.nextInt(range);
            TestFlow.aim(probe, client);
            TestFlow.aim(seen, seenBefore);
            ahead[0] = seen.hashCode();
            ahead[1] = probe.hashCode();
            touched += index.touch(ahead, 2);
            Connection known = model.get(client);
            assertThat(index.find(probe) == known).as("seed %d step %d", SEED, step).isTrue();
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (known == null) {
                        open(client);
                    }
                }
                case 1 -> {
                    if (known != null) {
                        close(model.remove(client));
                        dead++;
                    }
                }
                case 2 -> {
                    if (dead > 50) {
                        index.unlinkDead(dead);
                        dead = 0;
                        assertThat(index.size()).isEqualTo(model.size());
                    }
                }
                default -> {}
            }
            // What was seen may have died, or moved, or come since.
            seenAhead += isSeenAhead(seen, 0, model.get(seenBefore)) ? 1 : 0;
            seenAhead += isSeenAhead(probe, 1, model.get(client)) ? 1 : 0;
        }
        assertThat(touched).isNotZero();
        assertThat(seenAhead).as("connections that were seen ahead").isGreaterThan(700_000);
        model.forEach((client, connection) ->
                assertThat(index.find(TestFlow.of(client))).isSameAs(connection));
        assertThat(server.activeConnections()).isEqualTo(model.size());
    }

    /** Whether it was; one that is of the flow and alive is the right one. */
    private boolean isSeenAhead(FlowProbe probe, int position, @Nullable Connection known) {
        Connection seen = index.seenAhead(position);
        if (seen == null || !seen.isSameFlow(probe) || seen.isDead()) {
            return false;
        }
        assertThat(seen == known).as("seed %d", SEED).isTrue();
        return true;
    }

    /**
     * Runs of equal slots are where closing a gap can lose an entry: many flows, removed in random
     * order.
     */
    @Test
    void closingGapsLosesNoConnection() {
        List<Connection> open = new ArrayList<>();
        for (int client = 0; client < 511; client++) {
            open.add(open(client));
        }
        while (!open.isEmpty()) {
            Connection gone = open.remove(random.nextInt(open.size()));
            close(gone);
            index.unlinkDead(1);
            assertThat(index.find(gone)).isNull();
            for (Connection left : open) {
                assertThat(index.find(left)).as("seed %d", SEED).isSameAs(left);
            }
        }
        assertThat(index.size()).isZero();
    }

    /** Any hash: a window that starts at the last slot ends behind it. */
    @Test
    void lookingAheadStaysInsideAndChangesNothing() {
        for (int client = 0; client < 511; client++) {
            open(client);
        }
        int[] hashes = new int[FlowIndex.MOST_AHEAD];
        for (int last = 0; last < 1 << 16; last += hashes.length) {
            for (int i = 0; i < hashes.length; i++) {
                hashes[i] = random.nextInt() << 16 | last + i;
            }
            long read = index.touch(hashes, hashes.length);
            assertThat(index.touch(hashes, hashes.length)).as("seed %d", SEED).isEqualTo(read);
        }
        model.forEach((client, connection) ->
                assertThat(index.find(TestFlow.of(client))).isSameAs(connection));
    }

    @Test
    void moreIsLookedAtAheadWhereItHasToComeFromFar() {
        int first = index.worthAhead();
        assertThat(first).isBetween(1, FlowIndex.MOST_AHEAD - 1);
        for (int client = 0; client < 10_000; client++) {
            open(client);
        }
        assertThat(index.worthAhead()).isEqualTo(FlowIndex.MOST_AHEAD);
    }

    @Test
    void aDeadConnectionIsNotFoundAndItsSuccessorSurvivesTheUnlinking() {
        Connection first = open(1);
        first.closed();
        assertThat(index.find(TestFlow.of(1))).isNull();
        Connection second = open(1);
        index.unlinkLater(first);
        index.unlinkDead(10);
        assertThat(index.find(TestFlow.of(1))).isSameAs(second);
        assertThat(index.size()).isEqualTo(1);
    }

    @Test
    void unlinkingStopsAtItsLimit() {
        for (int client = 0; client < 100; client++) {
            close(open(client));
        }
        index.unlinkDead(60);
        assertThat(index.size()).isEqualTo(40);
    }
}
