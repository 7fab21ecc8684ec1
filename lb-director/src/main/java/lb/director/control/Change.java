package lb.director.control;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of a running director by command, as the control socket takes it in {@code
 * {"command":"change","changes":[…]}}. Immutable; any thread.
 *
 * <p>A {@code service} is named {@code [PROTOCOL:]VIP[:PORT]}, as far as that is needed to tell it
 * from the others; a {@code realServer} by its address, with or without the port.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "change")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Change.AddService.class, name = "add-service"),
    @JsonSubTypes.Type(value = Change.EditService.class, name = "edit-service"),
    @JsonSubTypes.Type(value = Change.SetScheduler.class, name = "set-scheduler"),
    @JsonSubTypes.Type(value = Change.RemoveService.class, name = "remove-service"),
    @JsonSubTypes.Type(value = Change.RemoveAllServices.class, name = "remove-all-services"),
    @JsonSubTypes.Type(value = Change.AddServer.class, name = "add-server"),
    @JsonSubTypes.Type(value = Change.EditServer.class, name = "edit-server"),
    @JsonSubTypes.Type(value = Change.SetWeight.class, name = "set-weight"),
    @JsonSubTypes.Type(value = Change.Drain.class, name = "drain"),
    @JsonSubTypes.Type(value = Change.Undrain.class, name = "undrain"),
    @JsonSubTypes.Type(value = Change.RemoveServer.class, name = "remove-server"),
    @JsonSubTypes.Type(value = Change.ClearOverrides.class, name = "clear-overrides"),
    @JsonSubTypes.Type(value = Change.SetTimeouts.class, name = "set-timeouts"),
})
public sealed interface Change {
    /**
     * How a service is balanced.
     *
     * @param scheduler its name
     * @param flags of the scheduler
     * @param persistenceSeconds 0 = no persistence
     * @param persistencePrefixLength leading bits of a client's address that count
     * @param onePacket whether each datagram is scheduled for itself
     */
    record Balancing(
            String scheduler,
            List<String> flags,
            int persistenceSeconds,
            int persistencePrefixLength,
            boolean onePacket) {
        /** Copies the list. */
        public Balancing {
            Requests.required("scheduler", scheduler);
            flags = flags == null ? List.of() : List.copyOf(flags);
        }
    }

    /** A service that is not there, without real servers; adds no VIP to an interface. */
    record AddService(String service, Balancing balancing) implements Change {
        /** Refuses gaps. */
        public AddService {
            Requests.required("service", service);
            Requests.required("balancing", balancing);
        }
    }

    /** Other ways of balancing for a service; replaces all of them. */
    record EditService(String service, Balancing balancing) implements Change {
        /** Refuses gaps. */
        public EditService {
            Requests.required("service", service);
            Requests.required("balancing", balancing);
        }
    }

    /** Another scheduler; persistence stays. */
    record SetScheduler(String service, String scheduler, List<String> flags) implements Change {
        /** Copies the list. */
        public SetScheduler {
            Requests.required("service", service);
            Requests.required("scheduler", scheduler);
            flags = flags == null ? List.of() : List.copyOf(flags);
        }
    }

    /** A service goes, with its real servers, at once. */
    record RemoveService(String service) implements Change {
        /** Refuses gaps. */
        public RemoveService {
            Requests.required("service", service);
        }
    }

    /** All services go, and all other overrides of them with them. */
    record RemoveAllServices() implements Change {}

    /**
     * A real server that the service does not have, or one that is leaving it.
     *
     * @param realServer its address; a port, if given, is the service's
     * @param weight 0 to 65,535
     * @param upperThreshold 0 = no limit
     * @param lowerThreshold 0 = three quarters of the upper one
     */
    record AddServer(
            String service, String realServer, int weight, int upperThreshold, int lowerThreshold)
            implements Change {
        /** Refuses gaps. */
        public AddServer {
            Requests.required("service", service);
            Requests.required("realServer", realServer);
        }
    }

    /** Weight and thresholds of a real server that is there, all three. */
    record EditServer(
            String service, String realServer, int weight, int upperThreshold, int lowerThreshold)
            implements Change {
        /** Refuses gaps. */
        public EditServer {
            Requests.required("service", service);
            Requests.required("realServer", realServer);
        }
    }

    /** A real server's weight alone. */
    record SetWeight(String service, String realServer, int weight) implements Change {
        /** Refuses gaps. */
        public SetWeight {
            Requests.required("service", service);
            Requests.required("realServer", realServer);
        }
    }

    /**
     * Weight 0 until further notice.
     *
     * @param deadlineSeconds from now, when it is removed; null = never
     */
    record Drain(String service, String realServer, @Nullable Long deadlineSeconds)
            implements Change {
        /** Refuses gaps. */
        public Drain {
            Requests.required("service", service);
            Requests.required("realServer", realServer);
        }
    }

    /** The end of draining: the weight is again what it was. */
    record Undrain(String service, String realServer) implements Change {
        /** Refuses gaps. */
        public Undrain {
            Requests.required("service", service);
            Requests.required("realServer", realServer);
        }
    }

    /**
     * A real server goes; its connections but those of UDP may go on for a while.
     *
     * @param deadlineSeconds how long; 0 = not at all
     */
    record RemoveServer(String service, String realServer, long deadlineSeconds) implements Change {
        /** Refuses gaps. */
        public RemoveServer {
            Requests.required("service", service);
            Requests.required("realServer", realServer);
        }
    }

    /**
     * The configuration counts again.
     *
     * @param service null = for all services, and for the timeouts
     * @param realServer null = for the whole service
     */
    record ClearOverrides(@Nullable String service, @Nullable String realServer)
            implements Change {}

    /** Timeouts in seconds; 0 leaves one as it is. */
    record SetTimeouts(int tcpSeconds, int tcpFinSeconds, int udpSeconds) implements Change {}
}
