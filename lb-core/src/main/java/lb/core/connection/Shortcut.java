package lb.core.connection;

/** The kernel's handing on of one connection's data, past the workers. Any thread. */
@FunctionalInterface
public interface Shortcut {
    /** From the next frame on, the workers see all of them again. Does not wait; again, no harm. */
    void stop();
}
