/**
 * What operators changed at run time, as a layer over the configuration: configuration and
 * overrides together are the desired state. Pure; nothing here reads a clock or touches the
 * director.
 */
@org.jspecify.annotations.NullMarked
package lb.director.overrides;
