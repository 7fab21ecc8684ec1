package lb.core.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Requests and their answers over one netlink socket, matched by sequence number.
 *
 * <p>Used by one thread at a time; a call blocks until the kernel's last message or the timeout.
 */
final class NetlinkExchange implements AutoCloseable {
    /** A dump is read again so often when the kernel says that it changed meanwhile. */
    private static final int DUMP_ATTEMPTS = 5;

    private final NetlinkSocket socket = new NetlinkSocket();
    private final long timeoutNanos;
    private int sequence;

    NetlinkExchange(long timeoutMillis) {
        timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    /** Carries out a request whose answer is only success or an error. */
    void call(NetlinkRequest request) {
        call(request, message -> null);
    }

    /**
     * Carries out a request and decodes its answers.
     *
     * @param decoder null for a message of no interest
     * @throws KernelException when the kernel refuses, answers with nonsense or not in time
     */
    <T> List<T> call(NetlinkRequest request, Function<NetlinkMessage, @Nullable T> decoder) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            List<T> answers = new ArrayList<>();
            if (attempt(request, decoder, answers)) {
                return answers;
            }
        }
        throw failure(request, Errno.EAGAIN, "the table kept changing while it was read");
    }

    /** False when a dump was interrupted by a change and has to be read again. */
    private <T> boolean attempt(
            NetlinkRequest request,
            Function<NetlinkMessage, @Nullable T> decoder,
            List<T> answers) {
        int number = ++sequence;
        socket.send(request, number);
        long deadlineNanos = System.nanoTime() + timeoutNanos;
        boolean consistent = true;
        while (true) {
            for (NetlinkMessage message : receive(request, deadlineNanos)) {
                if (message.sequence() != number) {
                    continue;
                }
                consistent &= (message.flags() & NetlinkMessage.F_DUMP_INTERRUPTED) == 0;
                if (isLast(request, message)) {
                    return consistent;
                }
                decode(request, decoder, answers, message);
            }
        }
    }

    private List<NetlinkMessage> receive(NetlinkRequest request, long deadlineNanos) {
        int length = socket.receive(deadlineNanos);
        if (length == NetlinkSocket.NOTHING) {
            throw failure(request, Errno.ETIMEDOUT, "the kernel did not answer");
        }
        if (length == NetlinkSocket.LOST) {
            throw failure(request, Errno.ENOBUFS, "the kernel's answer was lost");
        }
        try {
            return NetlinkMessage.parse(socket.received(length));
        } catch (NetlinkFormatException e) {
            throw failure(request, Errno.EBADMSG, e.getMessage());
        }
    }

    private static boolean isLast(NetlinkRequest request, NetlinkMessage message) {
        if (message.type() != NetlinkMessage.ERROR && message.type() != NetlinkMessage.DONE) {
            return false;
        }
        try {
            if (message.errno() != 0) {
                throw failure(request, message.errno(), message.explanation());
            }
            return true;
        } catch (NetlinkFormatException e) {
            throw failure(request, Errno.EBADMSG, e.getMessage());
        }
    }

    private static <T> void decode(
            NetlinkRequest request,
            Function<NetlinkMessage, @Nullable T> decoder,
            List<T> answers,
            NetlinkMessage message) {
        try {
            T answer = decoder.apply(message);
            if (answer != null) {
                answers.add(answer);
            }
        } catch (NetlinkFormatException e) {
            throw failure(request, Errno.EBADMSG, e.getMessage());
        }
    }

    private static KernelException failure(
            NetlinkRequest request, int errno, @Nullable String detail) {
        return new KernelException(
                request.name(), request.object(), errno, detail == null ? "" : detail);
    }

    @Override
    public void close() {
        socket.close();
    }
}
