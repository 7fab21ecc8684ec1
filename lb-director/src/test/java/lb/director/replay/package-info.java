/** Golden captures: what goes in, what comes out, and why. */
@org.jspecify.annotations.NullMarked
package lb.director.replay;
