package lb.director.daemon;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lb.core.service.RealServer;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.service.TrafficMeter;
import lb.core.service.VirtualService;
import lb.director.control.Change;
import lb.director.control.ChangeReport;
import lb.director.control.ControlException;
import lb.director.control.DirectorControl;
import lb.director.control.OverrideReport;
import lb.director.overrides.OverrideReports;
import lb.director.overrides.ServiceNames;
import org.jspecify.annotations.Nullable;

/** What the control socket may do to a director, which may still be starting. Any thread. */
final class RunningControl implements DirectorControl {
    /** The schedulers that leave a client of a quiesced real server without one, unless told. */
    private static final Set<String> HASHING = Set.of("mh", "sh");

    private final Supplier<DirectorDaemon> daemon;

    RunningControl(Supplier<DirectorDaemon> daemon) {
        this.daemon = daemon;
    }

    @Override
    public ChangeReport change(List<Change> changes) throws ControlException {
        List<String> notes = new ArrayList<>(daemon.get().change(changes));
        for (Change change : changes) {
            if (change instanceof Change.Drain drain) {
                noteRefusedClients(drain, notes);
            }
        }
        return new ChangeReport(notes);
    }

    private void noteRefusedClients(Change.Drain drain, List<String> notes)
            throws ControlException {
        VirtualService service = service(find(drain.service()));
        ServiceDefinition definition = service.definition();
        String scheduler = definition.scheduler();
        if (HASHING.contains(scheduler) && !definition.flags().contains(scheduler + "-fallback")) {
            notes.add(
                    service.key()
                            + " is scheduled by "
                            + scheduler
                            + " without "
                            + scheduler
                            + "-fallback: new clients that hash to "
                            + drain.realServer()
                            + " are refused while it drains; lb remove --deadline moves them to others");
        }
    }

    private VirtualService service(ServiceKey key) throws ControlException {
        VirtualService service = daemon.get().services().get(key);
        if (service == null) {
            throw new ControlException(key + " has just gone");
        }
        return service;
    }

    @Override
    public List<OverrideReport> overrides() {
        return OverrideReports.of(daemon.get().overrides(), System.nanoTime());
    }

    @Override
    public ServiceKey find(String name) throws ControlException {
        return ServiceNames.find(
                name,
                daemon.get().services().services().stream().map(VirtualService::key).toList());
    }

    @Override
    public void zero(@Nullable ServiceKey key) throws ControlException {
        Collection<VirtualService> wanted =
                key == null ? daemon.get().services().services() : List.of(service(key));
        wanted.stream().flatMap(RunningControl::meters).forEach(TrafficMeter::zero);
    }

    /** The meters of a service and all its real servers. */
    static Stream<TrafficMeter> meters(VirtualService service) {
        return Stream.concat(
                Stream.of(service.meter()), service.realServers().stream().map(RealServer::meter));
    }
}
