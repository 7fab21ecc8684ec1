/**
 * The kernel's side: libc, packet sockets and their rings, rtnetlink, bpf.
 *
 * <p>The only package of the data plane that calls native functions ({@code java.lang.foreign}).
 * Every failed call becomes a {@link lb.core.linux.KernelException} that names the call, its object
 * and the errno.
 */
@org.jspecify.annotations.NullMarked
package lb.core.linux;
