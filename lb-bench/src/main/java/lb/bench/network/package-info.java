/**
 * The network of the benchmarks that use real sockets: client, director and real server on one
 * switch, and the paths that requests take there.
 */
@org.jspecify.annotations.NullMarked
package lb.bench.network;
