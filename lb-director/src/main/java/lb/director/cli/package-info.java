/**
 * The commands that ask a running director over its control socket and print the answer. They know
 * nothing of the director but the records of {@link lb.director.control}.
 */
@org.jspecify.annotations.NullMarked
package lb.director.cli;
