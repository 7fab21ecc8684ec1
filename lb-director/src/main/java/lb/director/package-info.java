/** Placeholder. */
@org.jspecify.annotations.NullMarked
package lb.director;
