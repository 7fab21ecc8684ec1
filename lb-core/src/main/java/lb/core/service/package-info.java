/**
 * What is balanced onto what: virtual services and their real servers, the table that finds a
 * service by address, protocol and port, and the seam for schedulers.
 */
@org.jspecify.annotations.NullMarked
package lb.core.service;
