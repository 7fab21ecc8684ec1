/**
 * {@code lb bench scale}: time per frame and heap per connection, by services, real servers and
 * connections.
 */
@org.jspecify.annotations.NullMarked
package lb.bench.scale;
