/** Tests of what configurations mean. */
@org.jspecify.annotations.NullMarked
package lb.director.overrides;
