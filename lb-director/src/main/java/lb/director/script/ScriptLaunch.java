package lb.director.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import lb.core.linux.UserAccount;

/**
 * The command line that takes privileges away and then runs a script. Stateless; any thread.
 *
 * <p>setpriv(1) changes the user and clears the capabilities, then setsid(1) makes a session, then
 * the script takes their place: it is one process with one id all the time. The bounding set stays,
 * so that a script can still use sudo where the operator allows it.
 */
final class ScriptLaunch {

    /** Why a script cannot run, for the operator. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    private static final int ROOT = 0;

    private ScriptLaunch() {}

    static ProcessBuilder of(Script script) throws Refusal {
        List<String> command = new ArrayList<>();
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", Script.PATH);
        command.add("/usr/bin/setpriv");
        // Also when lb is killed its scripts end.
        command.add("--pdeathsig=TERM");
        if (UserAccount.effectiveUid() == ROOT) {
            UserAccount account = account(script.user());
            if (account.uid() != ROOT) {
                command.add("--reuid=" + account.uid());
                command.add("--regid=" + group(script.user(), account));
                command.add("--init-groups");
                dropCapabilities(command);
            }
            environment.put("HOME", account.home());
            environment.put("USER", account.name());
            environment.put("LOGNAME", account.name());
        } else {
            dropCapabilities(command);
        }
        command.add("--");
        command.add("/usr/bin/setsid");
        command.addAll(script.arguments());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    private static void dropCapabilities(List<String> command) {
        command.add("--inh-caps=-all");
        command.add("--ambient-caps=-all");
    }

    private static UserAccount account(ScriptUser user) throws Refusal {
        Optional<UserAccount> account = UserAccount.named(user.name());
        return account.orElseThrow(() ->
                new Refusal(
                        "there is no user " + user.name() + "; create it or change script_user"));
    }

    private static int group(ScriptUser user, UserAccount account) throws Refusal {
        if (user.group().isEmpty()) {
            return account.gid();
        }
        OptionalInt gid = UserAccount.groupNamed(user.group().get());
        return gid.orElseThrow(() -> new Refusal("there is no group " + user.group().get()));
    }

    /**
     * Why one of the programs before the script gave up, if that is what happened.
     *
     * @param output what was printed first
     */
    static Optional<String> failure(int code, String output) {
        boolean ours = output.startsWith("setpriv: ") || output.startsWith("setsid: ");
        return ours && (code == 126 || code == 127)
                ? Optional.of(output.substring(output.indexOf(' ') + 1))
                : Optional.empty();
    }
}
