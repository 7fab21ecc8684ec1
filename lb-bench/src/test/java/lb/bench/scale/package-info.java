@org.jspecify.annotations.NullMarked
package lb.bench.scale;
