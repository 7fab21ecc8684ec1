/** A scheduler that is no part of lb: an example of a plug-in. */
@org.jspecify.annotations.NullMarked
package example.scheduler;
