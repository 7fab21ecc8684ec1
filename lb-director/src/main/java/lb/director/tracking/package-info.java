/**
 * What moves virtual routers from outside: tracked scripts, files and interfaces become an
 * effective priority and faults. {@link lb.director.tracking.Effect} has the rules, {@link
 * lb.director.tracking.Tracking} knows the trackers.
 */
@org.jspecify.annotations.NullMarked
package lb.director.tracking;
