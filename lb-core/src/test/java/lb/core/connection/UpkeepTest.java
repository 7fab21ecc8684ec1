package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import lb.core.service.RealServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work handed over by other threads, and whose turn it is. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UpkeepTest {
    private final Upkeep upkeep = new Upkeep();
    private final Thread thread = new Thread(this::keepUp, "upkeep");
    private volatile Runnable inBetween = () -> {};

    private volatile long periodNanos = TimeUnit.MILLISECONDS.toNanos(50);

    private void keepUp() {
        while (!thread.isInterrupted()) {
            upkeep.workUntil(System.nanoTime() + periodNanos);
            inBetween.run();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    @Test
    void workIsDoneByItsThreadInOrderWhetherThatSleepsOrNot() throws InterruptedException {
        thread.start();
        List<Integer> done = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            // So that it comes while its thread works, gathers (up to 5 ms) and sleeps.
            Thread.sleep(i);
            int number = i;
            upkeep.execute(() -> {
                assertThat(Thread.currentThread()).isSameAs(thread);
                done.add(number);
            });
        }
        awaitDone();
        assertThat(done).hasSize(20).isSorted();
    }

    private void awaitDone() throws InterruptedException {
        CountDownLatch last = new CountDownLatch(1);
        upkeep.execute(last::countDown);
        assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void workThatComesAfterAPauseWakesItsThread() throws InterruptedException {
        periodNanos = TimeUnit.HOURS.toNanos(1);
        thread.start();
        for (int pause = 0; pause < 20; pause++) {
            // The subject of the test: up to and beyond the longest gathering, 5 ms.
            Thread.sleep(pause);
            awaitDone();
        }
    }

    @Test
    void whatWorkLeadsToIsDoneAfterItAndNotInTheMidst() throws InterruptedException {
        thread.start();
        List<String> done = new CopyOnWriteArrayList<>();
        upkeep.execute(() -> {
            upkeep.execute(() -> done.add("follows"));
            done.add("first");
        });
        awaitDone();
        assertThat(done).containsExactly("first", "follows");
    }

    @Test
    void whatOneOfThePartsBetweenLeadsToIsDoneToo() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        inBetween = () -> upkeep.execute(done::countDown);
        thread.start();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void workThatFailsKeepsNothingElseFromItsTurn() throws InterruptedException {
        thread.start();
        upkeep.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        upkeep.execute(() -> {
            throw new NoClassDefFoundError("on purpose");
        });
        awaitDone();
    }

    @Test
    void whoHandsOverMoreThanWaitsDoesItItself() {
        AtomicInteger done = new AtomicInteger();
        int handedOver = 10_000;
        for (int i = 0; i < handedOver; i++) {
            upkeep.execute(done::incrementAndGet);
        }
        int byItself = done.get();
        assertThat(byItself).isBetween(handedOver - 2_000, handedOver - 1);
        thread.start();
        while (done.get() < handedOver) {
            Thread.onSpinWait();
        }
        assertThat(done).hasValue(handedOver);
    }

    /** Two workers, a third thread for the upkeep, and a table much too small. */
    @Test
    void aTableStaysBoundedAndCountsRightWhileWorkersOpenMoreThanItTakes()
            throws InterruptedException {
        int each = 100_000;
        int maximum = 4_000;
        ConnectionTable table = new ConnectionTable(maximum, Timeouts.DEFAULT, upkeep);
        RealServer server = TestServer.make();
        inBetween = table::cleanUp;
        thread.start();
        List<Opener> workers = openTogether(table, server, null, each);
        awaitDone();
        stop();
        table.cleanUp();
        workers.forEach(worker -> worker.index.unlinkDead(Integer.MAX_VALUE));
        assertThat(workers).allSatisfy(worker -> assertThat(worker.most).isLessThan(maximum * 2L));
        assertThat(table.size()).isBetween(1L, (long) maximum);
        assertThat(server.activeConnections()).isEqualTo((int) table.size());
        assertThat(workers.stream().mapToLong(worker -> worker.index.size()).sum())
                .isEqualTo(table.size());
        assertThat(table.evictions()).isEqualTo(2L * each - table.size());
        table.advance(TimeUnit.HOURS.toNanos(1));
        table.cleanUp();
        table.cleanUp();
        assertThat(table.size()).isZero();
        assertThat(server.activeConnections()).isZero();
    }

    /** Two workers that have done their work. */
    private static List<Opener> openTogether(
            ConnectionTable table, RealServer server, @Nullable Connection template, int each)
            throws InterruptedException {
        List<Opener> workers =
                List.of(
                        new Opener(table, server, template, 0, each),
                        new Opener(table, server, template, each, each));
        List<Thread> threads = new ArrayList<>();
        workers.forEach(worker -> threads.add(Thread.ofPlatform().start(worker::open)));
        for (Thread one : threads) {
            one.join();
        }
        return workers;
    }

    /** The thread of the upkeep is held up all the time, and connections hang on templates. */
    @Test
    void aTableStaysBoundedWhileWorkersOpenPersistentConnectionsAndTheUpkeepIsHeldUp()
            throws InterruptedException {
        int each = 50_000;
        int maximum = 4_000;
        ConnectionTable table = new ConnectionTable(maximum, Timeouts.DEFAULT, upkeep);
        RealServer server = TestServer.make();
        FlowIndex ofTemplate = new FlowIndex();
        Connection template = Connection.template(TestFlow.template(1), server, ofTemplate, 300, 0);
        table.add(template);
        table.renew(template);
        List<Opener> workers = openTogether(table, server, template, each);
        assertThat(workers).allSatisfy(worker -> assertThat(worker.most).isLessThan(maximum * 2L));
        table.cleanUp();
        assertThat(table.size()).isBetween(1L, (long) maximum);
        assertThat(server.activeConnections()).isEqualTo((int) table.size() - 1);
        assertThat(template.dependents()).isEqualTo((int) table.size() - 1);
        assertThat(table.evictions()).isEqualTo(2L * each + 1 - table.size());
    }

    /** A worker that opens connections as fast as it can, in batches. */
    private static final class Opener {
        private final FlowIndex index = new FlowIndex();
        private final ConnectionTable table;
        private final RealServer server;
        private final @Nullable Connection template;
        private final List<FlowProbe> flows;
        private long most;

        Opener(
                ConnectionTable table,
                RealServer server,
                @Nullable Connection template,
                int first,
                int count) {
            this.table = table;
            this.server = server;
            this.template = template;
            flows = IntStream.range(first, first + count).mapToObj(TestFlow::of).toList();
        }

        void open() {
            List<Connection> batch = new ArrayList<>();
            for (FlowProbe flow : flows) {
                Connection connection =
                        new Connection(
                                flow, server, index, template, ConnectionState.ESTABLISHED, 0);
                index.add(connection);
                table.open(connection);
                batch.add(connection);
                if (batch.size() == 64) {
                    table.insertAll(batch);
                    batch.clear();
                    index.unlinkDead(256);
                    most = Math.max(most, index.size());
                }
            }
            table.insertAll(batch);
        }
    }
}
