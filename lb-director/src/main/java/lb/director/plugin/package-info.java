/**
 * Schedulers out of a plug-in folder: each jar checked, read into memory, given a class loader of
 * its own; what is wrong with one is told and leaves the others alone.
 */
@org.jspecify.annotations.NullMarked
package lb.director.plugin;
