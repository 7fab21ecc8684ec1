package lb.core.scheduler;

import java.util.Set;
import lb.core.service.Flow;

/** What of a flow a hashing scheduler looks at. Stateless; any thread. */
final class HashFlags {
    private HashFlags() {}

    /** The kernel's key: the folded address, plus the port where that counts. */
    static int kernelKey(Flow flow, boolean withPort) {
        return AddressHash.fold(flow.clientHigh(), flow.clientLow())
                + (withPort ? flow.clientPort() : 0);
    }

    /** All 128 bits of the address, and the port where that counts, mixed to 64. */
    static long wideKey(Flow flow, boolean withPort) {
        return AddressHash.wide(
                flow.clientHigh(), flow.clientLow(), withPort ? flow.clientPort() : 0);
    }

    /** The table's size among the flags, else the kernel's. */
    static int tableSize(Set<String> flags) {
        String size = MaglevTable.SIZE_OPTION.valueIn(flags);
        return size == null ? MaglevTable.KERNEL_SIZE : Integer.parseInt(size);
    }
}
