package lb.director.config;

import lb.director.config.syntax.Statement;

/** The block {@code lb { ... }} inside a virtual_server: our own settings of one. Stateless. */
final class RateLimitReader {

    private static final int MAXIMUM_RATE = 1_000_000;

    /** A limit as it comes in. Owned by the reading thread. */
    private static final class Draft {
        int perSecond;
        int perClient;
    }

    private static final Keywords<Draft> KEYWORDS =
            new Keywords<Draft>("lb of a virtual_server")
                    .line(
                            "rate_limit",
                            0,
                            1,
                            (draft, statement, reading) ->
                                    draft.perSecond = rate(statement, reading))
                    .line(
                            "client_rate_limit",
                            0,
                            1,
                            (draft, statement, reading) ->
                                    draft.perClient = rate(statement, reading));

    private RateLimitReader() {}

    static RateLimit read(Statement statement, Reading reading) {
        Draft draft = new Draft();
        KEYWORDS.read(draft, statement.body(), reading);
        return new RateLimit(draft.perSecond, draft.perClient);
    }

    private static int rate(Statement statement, Reading reading) {
        Integer rate = Values.integer(statement, 0, MAXIMUM_RATE, reading);
        return rate == null ? 0 : rate;
    }
}
