package lb.director.daemon;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import lb.core.service.SchedulerFault;
import lb.core.service.SchedulerKind;
import lb.core.service.ServiceKey;
import lb.core.service.VirtualService;
import lb.director.control.Change;
import lb.director.control.ChangeReport;
import lb.director.control.ControlException;
import lb.director.control.DirectorControl;
import lb.director.control.DryRunReport;
import lb.director.control.SchedulerControl;
import lb.director.control.SchedulersReport;
import lb.director.control.SchedulersReport.ProblemReport;
import lb.director.control.SchedulersReport.SchedulerReport;
import lb.director.plugin.Schedulers;

/** Lists, tries and swaps the schedulers of a director, which may still be starting. Any thread. */
final class RunningSchedulers implements SchedulerControl {
    private final Supplier<DirectorDaemon> daemon;
    private final DirectorControl control;

    RunningSchedulers(Supplier<DirectorDaemon> daemon, DirectorControl control) {
        this.daemon = daemon;
        this.control = control;
    }

    @Override
    public SchedulersReport schedulers() {
        Schedulers schedulers = daemon.get().schedulers();
        Schedulers.Found found = schedulers.rescan();
        return new SchedulersReport(
                schedulers.folder().toString(),
                found.registry().kinds().stream().map(this::report).toList(),
                found.problems().stream()
                        .map(problem ->
                                new ProblemReport(problem.path().toString(), problem.reason()))
                        .toList());
    }

    private SchedulerReport report(SchedulerKind kind) {
        List<VirtualService> users =
                daemon.get().services().services().stream()
                        .filter(service -> service.schedulerKind().name().equals(kind.name()))
                        .toList();
        return new SchedulerReport(
                kind.name(),
                kind.origin(),
                kind.version(),
                kind.computable(),
                kind.keyed(),
                kind.known(),
                kind.description(),
                users.stream().map(service -> service.key().toString()).toList(),
                users.stream()
                        .filter(service -> service.schedulerFault() != null)
                        .map(service -> service.key() + ": " + service.schedulerFault())
                        .toList());
    }

    @Override
    public DryRunReport dryRun(String service, String scheduler, Set<String> flags)
            throws ControlException {
        SchedulerKind kind = kind(scheduler, flags);
        return DryRun.of(service(service), kind, flags, daemon.get().connections());
    }

    @Override
    public ChangeReport set(String service, String scheduler, Set<String> flags)
            throws ControlException {
        SchedulerKind kind = kind(scheduler, flags);
        VirtualService now = service(service);
        SchedulerFault fault = now.schedulerFault();
        if (fault != null && now.schedulerKind().isSame(kind)) {
            throw new ControlException(
                    kind
                            + " failed in service "
                            + now.key()
                            + ": "
                            + fault.reason()
                            + "; put a mended jar into the folder, or set another scheduler first");
        }
        return control.change(
                List.of(new Change.SetScheduler(service, scheduler, List.copyOf(flags))));
    }

    private SchedulerKind kind(String scheduler, Set<String> flags) throws ControlException {
        Schedulers.Found found = daemon.get().schedulers().rescan();
        try {
            return found.registry().require(scheduler, flags);
        } catch (IllegalArgumentException e) {
            StringBuilder message = new StringBuilder(String.valueOf(e.getMessage()));
            if (found.registry().kind(scheduler) == null) {
                found.problems().forEach(problem -> message.append("; not used: ").append(problem));
            }
            throw new ControlException(message.toString(), e);
        }
    }

    private VirtualService service(String name) throws ControlException {
        ServiceKey key = control.find(name);
        VirtualService service = daemon.get().services().get(key);
        if (service == null) {
            throw new ControlException(key + " has just gone");
        }
        return service;
    }
}
