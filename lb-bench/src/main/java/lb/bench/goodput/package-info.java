/** {@code lb bench goodput}: bulk TCP to the VIP, on each path. */
@org.jspecify.annotations.NullMarked
package lb.bench.goodput;
