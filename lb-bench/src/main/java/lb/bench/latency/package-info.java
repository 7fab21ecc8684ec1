/**
 * {@code lb bench latency}: how long requests take through the director, through its peer and on
 * the direct path, at set rates.
 */
@org.jspecify.annotations.NullMarked
package lb.bench.latency;
