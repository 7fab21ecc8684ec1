/**
 * What is remembered: connections with their state and timeout, the table that decides which of
 * them stay (Caffeine), and each worker's index into it.
 */
@org.jspecify.annotations.NullMarked
package lb.core.connection;
