/**
 * {@code lb bench pps}: packets per second through the running director and through its peers, on a
 * network of namespaces.
 */
@org.jspecify.annotations.NullMarked
package lb.bench.pps;
