/**
 * One virtual router as a function: (event, now) to (state, ordered actions), after RFC 9568
 * section 6.4, RFC 3768 and what keepalived adds (Fault, delayed preemption, repeated
 * announcements).
 *
 * <p>No socket, clock or thread in here. Time is an argument, in nanoseconds of any monotonic
 * clock; sockets, addresses and scripts are the business of whoever carries out the actions, in
 * their order.
 */
@org.jspecify.annotations.NullMarked
package lb.vrrp.automaton;
