/** The command {@code lb}. */
@org.jspecify.annotations.NullMarked
package lb.director;
