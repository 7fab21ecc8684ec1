package lb.core.linux;

/**
 * A macvlan interface: further MAC addresses on an Ethernet interface. Immutable; any thread.
 *
 * @param parentIndex the number of the interface below it
 * @param alias the text that whoever made it has left; empty for none
 */
record Macvlan(Link link, int parentIndex, String alias) {}
