/**
 * The Virtual Router Redundancy Protocol: {@code wire} reads and writes packets, {@code automaton}
 * decides.
 */
@org.jspecify.annotations.NullMarked
package lb.vrrp;
