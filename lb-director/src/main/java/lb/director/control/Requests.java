package lb.director.control;

import org.jspecify.annotations.Nullable;

/** What requests have in common. Stateless; any thread. */
final class Requests {
    private Requests() {}

    /**
     * Refuses a request with a gap.
     *
     * @throws IllegalArgumentException when there is nothing
     */
    static void required(String field, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("the field '" + field + "' is missing");
        }
    }
}
