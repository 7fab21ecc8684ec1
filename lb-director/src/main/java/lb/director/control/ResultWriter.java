package lb.director.control;

/**
 * Where a command writes its answer: any object that Jackson can write, such as a record. Used by
 * one thread.
 */
public interface ResultWriter {
    /**
     * Adds a row. Blocks while the client does not keep up, so that memory stays bounded; ends the
     * command when it left.
     */
    void row(Object row);

    /** Sets the result, which is sent when the command returns. */
    void result(Object result);
}
