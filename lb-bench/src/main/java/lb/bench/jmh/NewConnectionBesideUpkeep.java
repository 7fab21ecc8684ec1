package lb.bench.jmh;

import java.util.concurrent.TimeUnit;
import lb.core.connection.ConnectionTable;
import lb.core.connection.Timeouts;
import lb.core.connection.Upkeep;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * {@link NewConnection} as in a director: a second thread takes care of the table, as {@code
 * lb-housekeeping} does, and the score is the worker's time alone.
 *
 * <p>Nothing is put off: connections end at the rate of the new ones, which is checked at the end;
 * what the table keeps for the second thread is bounded, and the worker helps when that is full.
 * But the second thread goes on while the next batch is written, which is not measured: the score
 * is what a worker pays while the second thread keeps up with it, and holds the worker's help as
 * far as it does not.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class NewConnectionBesideUpkeep extends NewConnection {
    private Thread housekeeping;

    @Override
    ConnectionTable table(long maximum) {
        Upkeep upkeep = new Upkeep();
        ConnectionTable table = new ConnectionTable(maximum, Timeouts.DEFAULT, upkeep);
        housekeeping =
                Thread.ofPlatform()
                        .daemon()
                        .name("housekeeping")
                        .start(() -> keepUp(upkeep, table));
        return table;
    }

    private static void keepUp(Upkeep upkeep, ConnectionTable table) {
        while (!Thread.currentThread().isInterrupted()) {
            upkeep.workUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
            table.cleanUp();
        }
    }

    /** Lets the second thread end. */
    @TearDown
    public void stop() throws InterruptedException {
        housekeeping.interrupt();
        housekeeping.join();
    }
}
