/**
 * The main path: what happens to a frame ({@link lb.core.director.Director}), the straight one that
 * most frames take, how it ended ({@link lb.core.director.Verdict}), and the worker that drives it.
 */
@org.jspecify.annotations.NullMarked
package lb.core.director;
