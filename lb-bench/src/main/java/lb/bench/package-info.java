/** How fast it is: the commands that measure, and what they write down. */
@org.jspecify.annotations.NullMarked
package lb.bench;
