@org.jspecify.annotations.NullMarked
package lb.vrrp.automaton;
