package lb.core.director;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import lb.core.service.ServiceTable;

/**
 * Commands from other threads to a {@link Director}: queued here, run between two batches on its
 * worker's thread. Any thread; commands of one thread run in their order.
 */
public final class DirectorProxy {
    private final EventLoop eventLoop;
    private final Director director;

    DirectorProxy(EventLoop eventLoop, Director director) {
        this.eventLoop = eventLoop;
        this.director = director;
    }

    /** Queues {@link Director#onReplaceServices}. */
    public CompletableFuture<Void> replaceServices(ServiceTable services) {
        return run(() -> director.onReplaceServices(services));
    }

    /** Queues {@link Director#onReplaceSettings}. */
    public CompletableFuture<Void> replaceSettings(DirectorSettings settings) {
        return run(() -> director.onReplaceSettings(settings));
    }

    /** Queues {@link Director#onTransmit}; completes with whether the frame was taken. */
    public CompletableFuture<Boolean> transmit(int interfaceIndex, byte[] frame) {
        return CompletableFuture.supplyAsync(
                () -> director.onTransmit(interfaceIndex, frame), eventLoop);
    }

    /** Queues a no-op, whose end shows that the worker is alive. */
    public CompletableFuture<Void> heartbeat() {
        return run(() -> {});
    }

    CompletableFuture<Void> run(Runnable command) {
        return CompletableFuture.runAsync(command, eventLoop);
    }
}
