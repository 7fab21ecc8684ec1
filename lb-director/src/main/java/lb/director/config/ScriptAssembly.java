package lb.director.config;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * Completes scripts: who they run as, where the program is, and whether it is safe to run it. One
 * that cannot be run is left out with a warning, as keepalived does: a missing script must not keep
 * the VIPs away. Owned by the reading thread.
 */
final class ScriptAssembly {
    /** keepalived's own default. */
    private static final String FIRST_CHOICE = "keepalived_script";

    private static final String OTHERWISE = "nobody";
    private static final String ROOT = "root";

    private final UserPrincipalLookupService users =
            FileSystems.getDefault().getUserPrincipalLookupService();
    private final Map<String, Optional<UserPrincipal>> known = new HashMap<>();
    private final ScriptRules rules;
    private final Reading reading;
    private boolean saidDefault;
    private boolean saidRules;

    ScriptAssembly(ScriptRules rules, Reading reading) {
        this.rules = rules;
        this.reading = reading;
    }

    /** The script, or nothing if it is null already or left out after a report. */
    Optional<ScriptEntry> complete(@Nullable ScriptDraft draft) {
        if (draft == null) {
            return Optional.empty();
        }
        Word name = draft.user() == null ? rules.user : draft.user();
        Word groupName = draft.user() == null ? rules.group : draft.group();
        String user = name == null ? byDefault(draft) : name.text();
        UserPrincipal principal = user(user);
        if (principal == null) {
            leaveOut(
                    draft,
                    name == null ? draft.word().location() : name.location(),
                    "there is no user "
                            + user
                            + (draft.user() == null
                                    ? "; create it or change script_user"
                                    : "; put the command and its arguments in quotes, behind them"
                                            + " stand user and group"));
            return Optional.empty();
        }
        GroupPrincipal group = groupName == null ? null : group(groupName.text());
        if (groupName != null && group == null) {
            leaveOut(draft, groupName.location(), "there is no group " + groupName.text());
            return Optional.empty();
        }
        boolean root = principal.equals(user(ROOT));
        Path path = ScriptFile.find(draft.arguments().getFirst());
        String fault = fault(draft, path, principal, group, root);
        if (fault != null || path == null) {
            leaveOut(draft, draft.word().location(), String.valueOf(fault));
            return Optional.empty();
        }
        List<String> arguments = new ArrayList<>(draft.arguments());
        arguments.set(0, path.toString());
        return Optional.of(
                new ScriptEntry(arguments, user, Optional.ofNullable(groupName).map(Word::text)));
    }

    /** Reports that a script is not run. */
    void leaveOut(ScriptDraft draft, Location place, String why) {
        reading.dropped(
                place,
                draft.keyword()
                        + " "
                        + draft.arguments().getFirst()
                        + ": "
                        + why
                        + "; it is not run");
    }

    private String byDefault(ScriptDraft draft) {
        String name = user(FIRST_CHOICE) == null ? OTHERWISE : FIRST_CHOICE;
        if (!saidDefault) {
            saidDefault = true;
            reading.adjusted(
                    draft.word().location(),
                    "scripts run as "
                            + name
                            + ", since global_defs has no script_user"
                            + (name.equals(OTHERWISE)
                                    ? " and there is no user " + FIRST_CHOICE
                                    : ""));
        }
        return name;
    }

    private @Nullable String fault(
            ScriptDraft draft,
            @Nullable Path path,
            UserPrincipal user,
            @Nullable GroupPrincipal group,
            boolean root) {
        if (path == null) {
            return draft.arguments().getFirst().contains("/")
                    ? "write its whole path, from '/'"
                    : "there is no such program in /usr/local/sbin, /usr/local/bin, /usr/sbin,"
                            + " /usr/bin, /sbin, /bin";
        }
        String unusable = ScriptFile.unusable(path, user, group, root);
        if (unusable != null || !root) {
            return unusable;
        }
        String insecure = ScriptFile.insecure(path);
        if (insecure == null) {
            return null;
        }
        String advice = insecure + "; give it to root and take the others' right to write";
        if (rules.secured) {
            return "it would run as root, but " + advice + ", or name another user";
        }
        if (!saidRules) {
            saidRules = true;
            reading.adjusted(
                    draft.word().location(),
                    draft.keyword()
                            + " runs as root, but "
                            + advice
                            + "; with enable_script_security it would not be run");
        }
        return null;
    }

    private @Nullable UserPrincipal user(String name) {
        return known.computeIfAbsent(name, this::lookUp).orElse(null);
    }

    private Optional<UserPrincipal> lookUp(String name) {
        try {
            return Optional.of(users.lookupPrincipalByName(name));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private @Nullable GroupPrincipal group(String name) {
        try {
            return users.lookupPrincipalByGroupName(name);
        } catch (IOException e) {
            return null;
        }
    }
}
