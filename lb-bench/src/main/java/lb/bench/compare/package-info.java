/** {@code lb bench compare}: what got slower between two files of results. */
@org.jspecify.annotations.NullMarked
package lb.bench.compare;
