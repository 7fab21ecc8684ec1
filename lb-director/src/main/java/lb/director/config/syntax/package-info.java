/**
 * The keepalived.conf dialect without its meaning: bytes become lines, lines become words, words
 * become a tree of statements and blocks. Knows no keyword but {@code include}; what the words mean
 * is decided in {@code lb.director.config}.
 *
 * <p>Whatever the input is, the result is a tree and a list of diagnostics, never an exception.
 */
@org.jspecify.annotations.NullMarked
package lb.director.config.syntax;
