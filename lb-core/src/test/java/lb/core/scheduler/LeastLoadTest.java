package lb.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.service.RealServer;
import lb.core.service.RealServerDefinition;
import lb.core.service.TestServers;
import lb.core.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The schedulers that look at the load, against models that keep their own books, over 100,000
 * random events.
 */
class LeastLoadTest {
    private static final long SEED = 256;

    /** What the model knows of a real server: its own counts, not the real server's. */
    private static final class Book {
        int weight = 1;
        int active;
        int inactive;
        int upper;
        boolean overloaded;
        boolean present = true;

        boolean usable() {
            return present && weight > 0 && !overloaded;
        }

        BigInteger overhead() {
            return BigInteger.valueOf(active)
                    .multiply(BigInteger.valueOf(256))
                    .add(BigInteger.valueOf(inactive));
        }

        void opened() {
            overloaded |= upper != 0 && active + inactive >= upper;
        }

        void closed() {
            overloaded &= upper != 0 && (active + inactive) * 4 >= upper * 3;
        }
    }

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final List<Book> books = new ArrayList<>();

    /** The first usable one, newest first, whose ratio no other undercuts. */
    private int least(Function<Book, BigInteger> load, Function<Book, Integer> weight) {
        int best = 0;
        for (int n = books.size(); n >= 1; n--) {
            Book book = books.get(n - 1);
            if (!book.usable()) {
                continue;
            }
            Book than = best == 0 ? null : books.get(best - 1);
            if (than == null
                    || load.apply(book)
                                    .multiply(BigInteger.valueOf(weight.apply(than)))
                                    .compareTo(
                                            load.apply(than)
                                                    .multiply(
                                                            BigInteger.valueOf(weight.apply(book))))
                            < 0) {
                best = n;
            }
        }
        return best;
    }

    private int shortestExpectedDelay() {
        return least(book -> BigInteger.valueOf(book.active + 1L), book -> book.weight);
    }

    private int neverQueue() {
        for (int n = books.size(); n >= 1; n--) {
            if (books.get(n - 1).usable() && books.get(n - 1).active == 0) {
                return n;
            }
        }
        return shortestExpectedDelay();
    }

    private void play(String scheduler, java.util.function.IntSupplier model) {
        TestServers servers = new TestServers(scheduler);
        for (int n = 1; n <= 7; n++) {
            books.add(new Book());
        }
        define(servers);
        for (int event = 0; event < 100_000; event++) {
            int chosen = servers.select(event);
            assertThat(chosen)
                    .as("%s seed %d event %d", scheduler, SEED, event)
                    .isEqualTo(model.getAsInt());
            if (chosen != 0 && random.nextInt(100) < 55) {
                open(servers.get(chosen), books.get(chosen - 1));
            }
            int n = random.nextInt(books.size()) + 1;
            if (books.get(n - 1).present) {
                change(servers.get(n), books.get(n - 1));
            }
            if (random.nextInt(500) == 0) {
                leaveOrReturn(books.get(random.nextInt(books.size())));
                reweigh(books.get(n - 1));
                define(servers);
            }
        }
    }

    private void open(RealServer server, Book book) {
        boolean active = random.nextInt(3) != 0;
        server.connectionOpened(active);
        book.active += active ? 1 : 0;
        book.inactive += active ? 0 : 1;
        book.opened();
    }

    private void change(RealServer server, Book book) {
        boolean active = random.nextBoolean();
        if ((active ? book.active : book.inactive) == 0) {
            return;
        }
        book.active -= active ? 1 : 0;
        book.inactive -= active ? 0 : 1;
        if (random.nextBoolean()) {
            server.connectionClosed(active);
            book.closed();
        } else {
            server.connectionChanged(!active);
            book.active += active ? 0 : 1;
            book.inactive += active ? 1 : 0;
        }
    }

    private void reweigh(Book book) {
        if (!book.present) {
            return;
        }
        book.weight =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> RealServerDefinition.MAX_WEIGHT;
                    default -> random.nextInt(1, 20);
                };
        int upper = random.nextInt(4) == 0 ? random.nextInt(1, 50) : 0;
        // As the kernel does on an edit.
        book.overloaded &= upper != 0 && upper <= book.upper;
        book.upper = upper;
    }

    /** One that comes back takes up the connections that it left; without any it is a new one. */
    private void leaveOrReturn(Book book) {
        book.present = !book.present;
        if (!book.present && book.active + book.inactive == 0) {
            book.overloaded = false;
            book.upper = 0;
        }
    }

    private void define(TestServers servers) {
        List<RealServerDefinition> definitions = new ArrayList<>();
        for (int n = 1; n <= books.size(); n++) {
            Book book = books.get(n - 1);
            if (!book.present) {
                continue;
            }
            definitions.add(
                    new RealServerDefinition(
                            IpAddress.ofIpv4(0x0a00ce00 + n), 80, book.weight, book.upper, 0));
        }
        servers.define(definitions);
    }

    @Test
    void lcTakesTheSmallestLoad() {
        play("lc", () -> least(Book::overhead, book -> 1));
    }

    @Test
    void wlcTakesTheSmallestLoadPerWeight() {
        play("wlc", () -> least(Book::overhead, book -> book.weight));
    }

    @Test
    void sedTakesTheShortestExpectedDelay() {
        play("sed", this::shortestExpectedDelay);
    }

    @Test
    void nqTakesAnIdleServerFirst() {
        play("nq", this::neverQueue);
    }

    @Test
    void foTakesTheGreatestUsableWeight() {
        play("fo", () -> least(book -> BigInteger.valueOf(100_000L - book.weight), book -> 1));
    }

    /**
     * {@link RealServer#overhead} of 2^31 connections times the greatest weight still fits 64 bits.
     */
    @Test
    void theComparisonDoesNotOverflow() {
        assertThat(
                        (((long) Integer.MAX_VALUE << 8) + Integer.MAX_VALUE)
                                * RealServerDefinition.MAX_WEIGHT)
                .isPositive();
    }

    @Test
    void noneIsChosenWhenNoneIsUsable() {
        for (String scheduler : TestServers.REGISTRY.names()) {
            @Nullable RealServer nobody =
                    new TestServers(scheduler).weights(0, 0).select(TestServers.flow(1));
            assertThat(nobody).as(scheduler).isNull();
            assertThat(new TestServers(scheduler).weights().select(TestServers.flow(1)))
                    .as(scheduler)
                    .isNull();
        }
    }
}
