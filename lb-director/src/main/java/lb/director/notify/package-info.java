/** Tells the operator's scripts and fifos what becomes of virtual routers, in order. */
@NullMarked
package lb.director.notify;

import org.jspecify.annotations.NullMarked;
