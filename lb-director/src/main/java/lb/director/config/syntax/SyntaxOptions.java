package lb.director.config.syntax;

import java.util.Map;

/**
 * What the text of a configuration may depend on besides its files. Immutable.
 *
 * @param configId compared with {@code @id} lines, and the value of {@code ${_INSTANCE}}
 * @param environment what {@code ${_ENV NAME}} sees
 * @param randomSeed where {@code ${_RANDOM}} starts
 */
public record SyntaxOptions(
        String configId, Map<String, String> environment, long randomSeed, Limits limits) {

    public SyntaxOptions {
        environment = Map.copyOf(environment);
    }
}
