/**
 * {@code lb demo}: the director at work between a client and two real servers in namespaces, shown
 * by frames that were captured and by requests that were answered.
 */
@org.jspecify.annotations.NullMarked
package lb.director.demo;
