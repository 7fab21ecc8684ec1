/**
 * {@code lb bench failover}: how long a VIP is nobody's when its Active dies, with lb and with
 * keepalived as the survivor.
 */
@org.jspecify.annotations.NullMarked
package lb.bench.failover;
