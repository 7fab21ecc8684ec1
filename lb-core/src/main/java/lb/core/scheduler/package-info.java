/**
 * The schedulers that ship with lb: one algorithm a file, under the operator's word for it.
 *
 * <p>They choose what the Linux kernel's IPVS chooses; {@code IpvsVectorsTest} plays its recordings
 * against them. A new one is a file here and a line in {@code
 * META-INF/services/lb.core.service.SchedulerProvider}.
 */
@org.jspecify.annotations.NullMarked
package lb.core.scheduler;
