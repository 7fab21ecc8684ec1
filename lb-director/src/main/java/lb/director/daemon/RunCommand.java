package lb.director.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import lb.director.config.DirectorConfiguration;
import lb.director.config.ReadResult;
import lb.director.control.ChangeCommands;
import lb.director.control.ControlCommand;
import lb.director.control.ControlCommands;
import lb.director.control.ControlException;
import lb.director.control.ControlLimits;
import lb.director.control.ControlServer;
import lb.director.control.ControlSocket;
import lb.director.control.SchedulerCommands;
import lb.director.plugin.Schedulers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code lb run}: runs a director in the foreground until SIGTERM or SIGINT; SIGHUP reads the
 * configuration anew.
 */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        name = "run",
        description = "Runs a director in the foreground.",
        footer = {
            "",
            "Logs one line with the word 'ready' once it forwards. SIGTERM and SIGINT stop it: VIPs and filters go",
            "with it. SIGHUP reads the configuration again; a bad one changes nothing. All three are heard",
            "also where whoever started it ignores them: nohup, or the background of a script.",
            "",
            "Example:  lb run -c /etc/keepalived/keepalived.conf",
            "",
            "Exit codes: 0 stopped by a signal; 1 cannot start or cannot go on; 2 wrong options;",
            "4 the configuration has errors."
        })
public final class RunCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
    private static final int CANNOT_GO_ON = 1;
    private static final int BAD_CONFIGURATION = 4;

    @Mixin private ConfigurationOptions options = new ConfigurationOptions();

    @Option(
            names = "--control",
            paramLabel = "PATH",
            description = "where to listen for lb services, lb stats … (default: ${DEFAULT-VALUE})")
    private Path control = Path.of(ControlSocket.DEFAULT_PATH);

    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

    /** What the main thread is asked to do. */
    private sealed interface Request {
        record Reload() implements Request {}

        record Stop(String why) implements Request {}

        record Fail(String why) implements Request {}
    }

    @Override
    public Integer call() throws InterruptedException {
        Schedulers schedulers = options.schedulers();
        ReadResult read = options.read(schedulers);
        ConfigurationOptions.print(read.diagnostics(), System.err);
        DirectorConfiguration configuration = read.configuration();
        if (configuration == null) {
            System.err.println("lb: " + options.file() + " has errors, nothing was started");
            return BAD_CONFIGURATION;
        }
        listenToSignals();
        try {
            DirectorDaemon.requireCapabilities();
        } catch (StartException e) {
            System.err.println("lb: " + e.getMessage());
            return CANNOT_GO_ON;
        }
        RunningView view = new RunningView(options.file().toString());
        try (ControlServer _ = ControlServer.start(control, commands(view), ControlLimits.DEFAULT);
                DirectorDaemon daemon =
                        DirectorDaemon.start(
                                configuration,
                                schedulers,
                                why -> requests.add(new Request.Fail(why)))) {
            view.show(daemon);
            LOG.info(
                    "ready: {} virtual services on {}, {} virtual routers",
                    daemon.services().services().size(),
                    daemon.interfaceNames().isEmpty()
                            ? "no interface"
                            : String.join(" ", daemon.interfaceNames()),
                    configuration.vrrpInstances().size());
            return serve(daemon, schedulers);
        } catch (ControlException | RuntimeException e) {
            System.err.println("lb: " + reason(e));
            return CANNOT_GO_ON;
        }
    }

    private static List<ControlCommand> commands(RunningView view) {
        List<ControlCommand> commands = new ArrayList<>(ControlCommands.of(view));
        RunningControl control = new RunningControl(view::daemon);
        commands.addAll(ChangeCommands.of(view, control));
        commands.addAll(SchedulerCommands.of(new RunningSchedulers(view::daemon, control)));
        return commands;
    }

    private void listenToSignals() {
        Signals.on("TERM", () -> requests.add(new Request.Stop("SIGTERM")));
        Signals.on("INT", () -> requests.add(new Request.Stop("SIGINT")));
        Signals.on("HUP", () -> requests.add(new Request.Reload()));
    }

    private int serve(DirectorDaemon daemon, Schedulers schedulers) throws InterruptedException {
        while (true) {
            switch (requests.take()) {
                case Request.Reload _ -> reload(daemon, schedulers);
                case Request.Stop stop -> {
                    LOG.info("stopping: {}", stop.why());
                    return 0;
                }
                case Request.Fail failure -> {
                    LOG.error("cannot go on: {}", failure.why());
                    return CANNOT_GO_ON;
                }
            }
        }
    }

    private void reload(DirectorDaemon daemon, Schedulers schedulers) {
        ReadResult read = options.read(schedulers);
        read.diagnostics().forEach(finding -> LOG.warn("{}", finding));
        DirectorConfiguration configuration = read.configuration();
        if (configuration == null) {
            LOG.error("{} has errors: nothing was changed", options.file());
            return;
        }
        try {
            daemon.apply(configuration);
            LOG.info(
                    "reloaded {}: {} virtual services",
                    options.file(),
                    daemon.services().services().size());
        } catch (RuntimeException | LinkageError e) {
            // A plug-in that throws, an interface that cannot be made: what ran goes on.
            LOG.error("reload failed: {}; what ran goes on as before", reason(e));
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        LOG.debug("failed", failure);
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
