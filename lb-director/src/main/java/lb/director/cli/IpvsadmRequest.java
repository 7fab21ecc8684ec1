package lb.director.cli;

import lb.director.control.Change;
import org.jspecify.annotations.Nullable;

/** What a command line of ipvsadm's asks for. Immutable; any thread. */
sealed interface IpvsadmRequest {
    /** A change of the table. */
    record Make(Change change) implements IpvsadmRequest {}

    /**
     * A listing of services.
     *
     * @param service null = all
     * @param sorted by protocol, address and port, not as they are in the table
     */
    record Table(
            IpvsListing.Columns columns,
            @Nullable EndpointName service,
            boolean exact,
            boolean sorted)
            implements IpvsadmRequest {}

    /** A listing of connections; service null = all. */
    record Connections(@Nullable EndpointName service) implements IpvsadmRequest {}

    /** The timeouts. */
    record Timeouts() implements IpvsadmRequest {}

    /** The synchronisation daemons, of which there are none. */
    record Daemons() implements IpvsadmRequest {}

    /** The table as command lines. */
    record Save() implements IpvsadmRequest {}

    /** Command lines from standard input. */
    record Restore() implements IpvsadmRequest {}

    /** Counters of a service to zero; null = of all. */
    record Zero(@Nullable String service) implements IpvsadmRequest {}

    /** The help text. */
    record Help() implements IpvsadmRequest {}

    /** The version. */
    record Version() implements IpvsadmRequest {}
}
