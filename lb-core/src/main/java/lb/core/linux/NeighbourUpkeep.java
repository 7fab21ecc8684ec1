package lb.core.linux;

/** Who keeps a neighbour entry fresh after {@link Rtnetlink#manageNeighbour}. */
public enum NeighbourUpkeep {
    /** The kernel, by itself (NTF_EXT_MANAGED, Linux 5.16). */
    MANAGED,
    /** We: the kernel resolved it once, so call again every few seconds (NTF_USE). */
    ON_REQUEST,
    /** The operator: the entry is permanent and was left as it is. */
    BY_HAND
}
