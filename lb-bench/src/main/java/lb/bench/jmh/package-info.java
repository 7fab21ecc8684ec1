/**
 * The JMH benchmarks of the frame path. Scores are per frame. The frames stand in slots of native
 * memory as in a receive ring, and what is sent is copied into slots as of a transmit ring; only
 * the kernel is missing.
 */
@org.jspecify.annotations.NullMarked
package lb.bench.jmh;
