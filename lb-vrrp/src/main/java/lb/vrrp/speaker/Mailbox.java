package lb.vrrp.speaker;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import lb.core.linux.Readiness;

/**
 * What other threads want of the speaker's, in its order. Any thread puts in; the speaker's thread,
 * which is woken up, carries out.
 */
final class Mailbox {
    /** How long anybody waits for the speaker's thread. */
    static final long ANSWER_SECONDS = 2;

    private final Readiness readiness;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();

    Mailbox(Readiness readiness) {
        this.readiness = readiness;
    }

    void tell(Runnable command) {
        commands.add(command);
        readiness.wakeUp();
    }

    /**
     * Has a question answered by the speaker's thread, and waits for it.
     *
     * @throws IllegalStateException when that takes longer than {@value #ANSWER_SECONDS} s
     */
    <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        tell(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the VRRP thread has not answered for " + ANSWER_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Carries out all that has come; on the speaker's thread. */
    void carryOut() {
        Runnable command = commands.poll();
        while (command != null) {
            command.run();
            command = commands.poll();
        }
    }
}
