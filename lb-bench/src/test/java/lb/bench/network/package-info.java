@org.jspecify.annotations.NullMarked
package lb.bench.network;
