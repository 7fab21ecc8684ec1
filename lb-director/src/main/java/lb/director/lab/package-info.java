/**
 * A network of Linux network namespaces on this machine: bridges, hosts, their processes and
 * captures of what they send. The demo, the tests on a real network and the benchmarks build theirs
 * here.
 *
 * <p>Nothing here touches the root namespace's links, addresses or filters, no network has a way
 * out, and all of it is removed when the {@link lb.director.lab.Lab} closes or its JVM ends.
 */
@org.jspecify.annotations.NullMarked
package lb.director.lab;
