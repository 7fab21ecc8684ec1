package lb.core.director;

import java.util.List;
import lb.core.connection.Connection;
import lb.core.connection.ConnectionState;
import lb.core.connection.Shortcut;
import lb.core.linux.KernelShortcut;
import lb.core.linux.ShortcutFlow;
import lb.core.service.NextHop;
import lb.core.service.VirtualService;
import lb.core.wire.IpProtocol;

/**
 * One connection's flow in the kernel, and what was counted of it. Owned by the thread of {@link
 * Shortcuts}, except {@link #stop}.
 */
final class RunningShortcut implements Shortcut {
    private final KernelShortcut kernel;
    private final int number;
    private final ShortcutFlow flow;
    private final Connection connection;
    private final VirtualService service;
    private final NextHop nextHop;
    private long packets;
    private long bytes;
    private long largeFrames;
    private long busyNanos;
    private long removedNanos;

    /** One that the kernel has already, by this number. */
    RunningShortcut(
            KernelShortcut kernel,
            int number,
            ShortcutFlow flow,
            Connection connection,
            VirtualService service,
            NextHop nextHop,
            long now) {
        this.kernel = kernel;
        this.number = number;
        this.flow = flow;
        this.connection = connection;
        this.service = service;
        this.nextHop = nextHop;
        busyNanos = now;
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void stop() {
        kernel.stop(number);
    }

    /** Adds what the kernel has handed on since it was last asked, if anything. */
    void count(List<ShortcutTraffic> to, long now) {
        long packetsNow = kernel.packets(number);
        long bytesNow = kernel.bytes(number);
        if (packetsNow != packets) {
            to.add(
                    new ShortcutTraffic(
                            connection,
                            service,
                            flow.in(),
                            flow.out(),
                            packetsNow - packets,
                            bytesNow - bytes));
            packets = packetsNow;
            bytes = bytesNow;
        }
        long largeNow = kernel.largeFrames(number);
        if (largeNow != largeFrames) {
            largeFrames = largeNow;
            busyNanos = now;
        }
    }

    /** Whether no large frame has been handed on for so long. */
    boolean isIdle(long nanos, long now) {
        return now - busyNanos >= nanos;
    }

    /** Whether a worker would still send its frames the same way. */
    boolean isRight() {
        return isRight(connection) && nextHop.equals(connection.server().nextHop());
    }

    /** Whether this connection's data may be handed on at all. */
    static boolean isRight(Connection connection) {
        return !connection.isDead()
                && connection.state() == ConnectionState.ESTABLISHED
                && connection.server().keeps(IpProtocol.TCP);
    }

    /** Ends it, and has its connection proposed again when more large frames come. */
    void remove(long now) {
        stop();
        removedNanos = now;
        connection.dropShortcut(this);
        kernel.remove(flow, number);
    }

    /** Whether it was removed so long ago that no processor can be at a frame of it any more. */
    boolean isOver(long nanos, long now) {
        return now - removedNanos >= nanos;
    }

    /** Gives its number away. */
    void release() {
        kernel.release(number);
    }
}
