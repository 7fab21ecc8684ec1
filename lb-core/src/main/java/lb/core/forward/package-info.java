/**
 * How a frame leaves: the rewriting of direct routing, each worker's ways out, the next hop of each
 * real server as the kernel knows it, and the ICMP errors that go back to a client.
 */
@org.jspecify.annotations.NullMarked
package lb.core.forward;
