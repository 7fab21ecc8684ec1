package lb.director.config.syntax;

import java.util.List;

/**
 * What stands between two braces. Immutable.
 *
 * @param open the place of the opening brace
 */
public record Block(Location open, List<Statement> statements) {

    public Block {
        statements = List.copyOf(statements);
    }
}
