/**
 * {@code lb bench cps}: new TCP connections a second, with real sockets on each path and with bare
 * SYNs through the director.
 */
@org.jspecify.annotations.NullMarked
package lb.bench.cps;
