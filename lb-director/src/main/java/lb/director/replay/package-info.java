/** {@code lb replay}: the data plane over capture files, for explanations and for tests. */
@org.jspecify.annotations.NullMarked
package lb.director.replay;
