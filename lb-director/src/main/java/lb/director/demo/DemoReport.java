package lb.director.demo;

import java.io.PrintWriter;
import java.util.List;
import lb.core.wire.MacAddress;
import lb.director.lab.CommandResult;

/**
 * Writes what the demo shows, for a reader who sees it for the first time. The command's thread.
 */
final class DemoReport {
    private final PrintWriter out;

    DemoReport(PrintWriter out) {
        this.out = out;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    void network(DemoNetwork network) {
        line("");
        line("The network: one switch, four machines, each a network namespace");
        line("");
        machine(Machine.CLIENT, network.client().namespace(), "");
        machine(Machine.DIRECTOR, network.director().namespace(), "VIP " + Machine.VIP);
        for (int i = 0; i < Machine.REAL_SERVERS.size(); i++) {
            machine(
                    Machine.REAL_SERVERS.get(i),
                    network.realServers().get(i).namespace(),
                    "HTTP on port 80, VIP on lo");
        }
    }

    private void machine(Machine machine, String namespace, String more) {
        line(
                "  %-14s %-15s %s  %-20s %s"
                        .formatted(
                                machine.name(),
                                machine.address() + "/16",
                                machine.mac(),
                                namespace,
                                more)
                        .stripTrailing());
    }

    void steps(List<Step> steps) {
        line("");
        line("One HTTP request: how its connection begins, in frames really captured");
        line("");
        for (int i = 0; i < steps.size(); i++) {
            step(i + 1, steps.get(i), steps.getFirst().frame().epochNanos());
        }
        if (steps.size() < SevenSteps.COUNT) {
            int number = steps.size() + 1;
            line("  %d  MISSING: %s".formatted(number, SevenSteps.what(number)));
        }
    }

    private void step(int number, Step step, long startNanos) {
        double micros = (step.frame().epochNanos() - startNanos) / 1e3;
        line("  %d  %s".formatted(number, step.what()));
        line(
                "     %8.1f us at %-13s  %s > %s  %s"
                        .formatted(
                                micros,
                                step.seenAt().name(),
                                MacAddress.text(step.frame().source()),
                                MacAddress.text(step.frame().destination()),
                                Frames.text(step.frame())));
    }

    void comparison(PacketComparison comparison) {
        line("");
        line("  " + comparison.text());
    }

    void requests(Requests requests) {
        line("");
        line("%d HTTP requests, each on a connection of its own".formatted(requests.sent()));
        line("");
        line("  answered with 200  %5d".formatted(requests.ok()));
        for (Machine server : Machine.REAL_SERVERS) {
            line("  by %-15s %5d".formatted(server.name(), requests.of(server)));
        }
        if (!requests.errors().isEmpty()) {
            requests.errors().lines().distinct().limit(3).forEach(error -> line("  " + error));
        }
    }

    void answer(String command, CommandResult result) {
        line("");
        line("lb " + command);
        line("");
        String text =
                result.exitCode() == 0
                        ? result.output()
                        : "exit code " + result.exitCode() + "\n" + result.errors();
        text.strip().lines().forEach(row -> line("  " + row));
    }

    void verdict(List<String> failures) {
        line("");
        line(
                failures.isEmpty()
                        ? "OK: seven steps seen, the packet unchanged but for its TTL, every request answered, both real servers used"
                        : "FAILED: " + String.join("; ", failures));
    }

    void invitation(DemoNetwork network) {
        String control = " --control " + network.control();
        line("");
        line("It runs on until Ctrl-C. In another terminal:");
        line("");
        line(
                "  ip netns exec "
                        + network.client().namespace()
                        + " curl http://"
                        + Machine.VIP
                        + "/");
        line(
                "  ip netns exec "
                        + network.director().namespace()
                        + " tcpdump -eni "
                        + Machine.INTERFACE);
        line("  ip netns exec " + network.director().namespace() + " ip address");
        line("  ./lb services" + control);
        line("  ./lb connections" + control);
        line("  ./lb stats" + control);
        line("  cat " + network.configuration());
    }
}
