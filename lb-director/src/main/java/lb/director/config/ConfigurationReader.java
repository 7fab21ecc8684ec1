package lb.director.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lb.director.config.syntax.Diagnostics;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.SyntaxReader;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * Reads a keepalived.conf. Stateless; reads in the calling thread and may be called from any.
 *
 * <p>Never throws on account of what it reads: whatever is wrong is a diagnostic, and one error
 * means that no configuration comes out.
 */
public final class ConfigurationReader {

    /** What one configuration says, as it comes in. Owned by the reading thread. */
    private static final class Draft {
        final SettingsReader.Draft settings = new SettingsReader.Draft();
        final List<VirtualServerReader.Draft> virtualServers = new ArrayList<>();
        final Map<String, VirtualServerGroup> groups = new HashMap<>();
        final VrrpDefaults vrrp = new VrrpDefaults();
        final List<VrrpInstanceReader.Draft> instances = new ArrayList<>();
        final TrackingAssembly.Draft tracking = new TrackingAssembly.Draft();
        final ScriptRules scripts = new ScriptRules();
        final NotifyRules notify = new NotifyRules();
        @Nullable String routerId;
        @Nullable String defaultInterface;
    }

    private static final Keywords<Draft> GLOBALS =
            new Keywords<Draft>("global_defs")
                    .line(
                            "router_id",
                            1,
                            1,
                            (draft, statement, _) ->
                                    draft.routerId = statement.arguments().getFirst().text())
                    .line("default_interface", 1, 1, ConfigurationReader::defaultInterface)
                    .line(
                            "lvs_timeouts",
                            0,
                            6,
                            (draft, statement, reading) ->
                                    SettingsReader.timeouts(draft.settings, statement, reading));

    static {
        VrrpDefaults.LINES.forEach((name, action) ->
                GLOBALS.line(
                        name,
                        0,
                        VrrpDefaults.arguments(name),
                        (draft, statement, reading) ->
                                action.apply(draft.vrrp, statement, reading)));
        ScriptRules.LINES.forEach((name, action) ->
                GLOBALS.line(
                        name,
                        0,
                        2,
                        (draft, statement, reading) ->
                                action.apply(draft.scripts, statement, reading)));
        NotifyRules.LINES.forEach((name, action) ->
                GLOBALS.line(
                        name,
                        0,
                        3,
                        (draft, statement, reading) ->
                                action.apply(draft.notify, statement, reading)));
    }

    private static final Keywords<Draft> TOP =
            new Keywords<Draft>("the configuration")
                    .block(
                            "global_defs",
                            0,
                            0,
                            (draft, statement, reading) ->
                                    GLOBALS.read(draft, statement.body(), reading))
                    .block(
                            "lb",
                            0,
                            0,
                            (draft, statement, reading) ->
                                    SettingsReader.read(draft.settings, statement.body(), reading))
                    .block("virtual_server", 1, 2, ConfigurationReader::virtualServer)
                    .block(
                            "vrrp_instance",
                            1,
                            1,
                            (draft, statement, reading) ->
                                    draft.instances.add(
                                            VrrpInstanceReader.read(statement, reading)))
                    .block("virtual_server_group", 1, 1, ConfigurationReader::group)
                    .block(
                            "vrrp_script",
                            1,
                            1,
                            (draft, statement, reading) ->
                                    draft.tracking.scripts.add(
                                            VrrpScriptReader.read(statement, reading)))
                    .block("vrrp_track_file", 1, 1, ConfigurationReader::trackFile)
                    .block("track_file", 1, 1, ConfigurationReader::trackFile)
                    .block(
                            "vrrp_sync_group",
                            1,
                            1,
                            (draft, statement, reading) ->
                                    draft.tracking.groups.add(
                                            SyncGroupReader.read(statement, reading)))
                    .block(
                            "garp_group",
                            0,
                            0,
                            (draft, statement, reading) ->
                                    draft.vrrp.groups.add(GarpGroup.read(statement, reading)));

    private ConfigurationReader() {}

    /** Reads a file and all it includes. */
    public static ReadResult read(Path path, Options options) {
        Diagnostics diagnostics = new Diagnostics();
        List<Statement> tree = SyntaxReader.read(path, options.syntax(), diagnostics);
        return interpret(tree, options, diagnostics);
    }

    /**
     * Reads a text.
     *
     * @param name the text's name in messages; relative includes start from its directory
     */
    public static ReadResult read(String name, String text, Options options) {
        Diagnostics diagnostics = new Diagnostics();
        List<Statement> tree = SyntaxReader.read(name, text, options.syntax(), diagnostics);
        return interpret(tree, options, diagnostics);
    }

    private static ReadResult interpret(
            List<Statement> tree, Options options, Diagnostics diagnostics) {
        Reading reading = new Reading(options, diagnostics);
        Draft draft = new Draft();
        TOP.read(draft, tree, reading);
        options.overrides()
                .forEach(setting -> SettingsReader.override(draft.settings, setting, reading));
        VirtualServerAssembly assembly =
                new VirtualServerAssembly(draft.groups, draft.settings.classifier, reading);
        draft.virtualServers.forEach(assembly::add);
        assembly.reportUnusedMarks();
        SteeredEntries.check(assembly.services(), draft.settings.classifier, reading);
        VrrpAssembly vrrp = new VrrpAssembly(draft.vrrp, draft.defaultInterface, reading);
        draft.instances.forEach(vrrp::add);
        ScriptAssembly scripts = new ScriptAssembly(draft.scripts, reading);
        VrrpTracking tracking =
                new TrackingAssembly(draft.tracking, scripts, reading)
                        .complete(vrrp.instances(), draft.instances);
        Notifications notifications =
                draft.notify.complete(draft.instances, draft.tracking.notifyLines(), scripts);
        reading.reportNotDone();
        DirectorConfiguration configuration = null;
        if (!diagnostics.hasErrors()) {
            String routerId = draft.routerId == null ? options.syntax().configId() : draft.routerId;
            configuration =
                    new DirectorConfiguration(
                            new GlobalDefinitions(
                                    routerId, draft.defaultInterface, draft.vrrp.thread()),
                            draft.settings.finish(draft.defaultInterface),
                            assembly.services(),
                            draft.settings.classifier,
                            vrrp.instances(),
                            tracking,
                            notifications);
        }
        return new ReadResult(configuration, diagnostics.inOrder());
    }

    private static void defaultInterface(Draft draft, Statement statement, Reading reading) {
        Word word = statement.arguments().getFirst();
        draft.defaultInterface = Values.interfaceName(word, statement.name(), reading);
    }

    private static void virtualServer(Draft draft, Statement statement, Reading reading) {
        VirtualServerReader.Draft virtualServer = VirtualServerReader.read(statement, reading);
        if (virtualServer != null) {
            draft.virtualServers.add(virtualServer);
        }
    }

    private static void trackFile(Draft draft, Statement statement, Reading reading) {
        draft.tracking.files.add(TrackFileReader.read(statement, reading));
    }

    private static void group(Draft draft, Statement statement, Reading reading) {
        VirtualServerGroup group = VirtualServerGroup.read(statement, reading);
        VirtualServerGroup first = draft.groups.putIfAbsent(group.name(), group);
        if (first != null) {
            reading.error(
                    group.location(),
                    "virtual_server_group "
                            + group.name()
                            + " is there already ("
                            + first.location().near(group.location())
                            + "); remove one of them");
        }
    }
}
