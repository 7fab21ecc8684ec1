/**
 * What a keepalived.conf means to this director: immutable records made from the tree of {@code
 * lb.director.config.syntax}. {@link lb.director.config.ConfigurationReader} is the way in. Knows
 * nothing of the data plane; the daemon maps the records to services.
 *
 * <p>With one error no configuration comes out, so that a bad file changes nothing. Words that
 * keepalived does not know are warnings, since it skips them too; {@code --strict} makes them
 * errors, and {@code lb check} counts them.
 */
@org.jspecify.annotations.NullMarked
package lb.director.config;
