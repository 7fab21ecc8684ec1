package lb.director.demo;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lb.director.lab.CommandResult;
import lb.director.lab.Host;

/**
 * HTTP requests from the client, each on a connection of its own, and who answered. Immutable; any
 * thread.
 *
 * @param sent how many
 * @param ok how many were answered with status 200 by a page of a real server
 * @param perRealServer how many of those each real server answered, by its address
 * @param errors what curl said of the others
 */
record Requests(int sent, int ok, Map<String, Integer> perRealServer, String errors) {
    private static final Pattern ANSWER = Pattern.compile("real server ([0-9.]+)</h1> 200");
    private static final int SECONDS_EACH = 5;

    /** The page of a real server: it says which one. */
    static String page(Machine server) {
        return "<h1>real server " + server.address() + "</h1>";
    }

    /** Sends them one after the other. */
    static Requests send(Host client, int count) {
        // Real servers close after each answer, so that every request opens a connection from
        // another port.
        CommandResult curl =
                client.run(
                        Duration.ofSeconds(10L + (long) SECONDS_EACH * count),
                        "curl",
                        "-sS",
                        "--max-time",
                        Integer.toString(SECONDS_EACH),
                        "-H",
                        "Connection: close",
                        "-w",
                        " %{http_code}\\n",
                        "http://" + Machine.VIP + ":" + Machine.PORT + "/?[1-" + count + "]");
        Map<String, Integer> perRealServer = new TreeMap<>();
        Matcher answers = ANSWER.matcher(curl.output());
        int ok = 0;
        while (answers.find()) {
            perRealServer.merge(answers.group(1), 1, Integer::sum);
            ok++;
        }
        return new Requests(count, ok, perRealServer, curl.errors().strip());
    }

    boolean allOk() {
        return ok == sent;
    }

    /** How many the real server answered. */
    int of(Machine server) {
        return perRealServer.getOrDefault(server.address(), 0);
    }
}
