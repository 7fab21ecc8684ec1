package lb.core.linux;

/**
 * A classifier on an interface's clsact qdisc, as {@code tc filter show} lists it. Immutable; any
 * thread.
 *
 * @param linkIndex the interface
 * @param preference 1 to 65,535; lower ones are asked first
 * @param protocol EtherType it is asked for, 3 for all
 * @param handle its number below the preference
 * @param kind such as {@code bpf} or {@code flower}
 * @param name of a bpf filter; else empty
 * @param programId of a bpf filter; else 0
 * @param isDirectAction whether a bpf filter's result is the verdict
 */
public record TrafficFilter(
        int linkIndex,
        Hook hook,
        int preference,
        int protocol,
        int handle,
        String kind,
        String name,
        int programId,
        boolean isDirectAction) {
    /** The two places where clsact asks its filters. */
    public enum Hook {
        /** Frames coming in, after packet sockets have seen them. */
        INGRESS(0xffff_fff2),
        /** Frames going out, before the queues. */
        EGRESS(0xffff_fff3);

        private final int parent;

        Hook(int parent) {
            this.parent = parent;
        }

        int parent() {
            return parent;
        }
    }
}
