package lb.bench.pps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lb.director.lab.LabException;
import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * The director as users run it: {@code lb run} with one worker and one service. Immutable.
 *
 * @param ring v2, v3 or auto
 */
record LbForwarder(String ring) implements Forwarder {
    private static final Duration START = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "lb-" + ring;
    }

    @Override
    public boolean isPeer() {
        return false;
    }

    @Override
    public @Nullable String missing() {
        return null;
    }

    @Override
    public LabProcess start(PpsNetwork network, PpsArguments arguments) {
        Path directory = network.lab().directory();
        Path file = directory.resolve("lb.conf");
        write(file, configuration(arguments.flows()));
        // One processor is all that the JVM sees of its pinning, and it would choose a collector
        // for that.
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "-XX:ActiveProcessorCount="
                                        + Runtime.getRuntime().availableProcessors()));
        options.addAll(JavaProgram.optionsOfTheUser());
        List<String> command =
                JavaProgram.command(
                        "lb.director.Main",
                        options,
                        List.of(
                                "run",
                                "-c",
                                file.toString(),
                                "--control",
                                directory.resolve("control.sock").toString()));
        return network.startForwarder("lb", command).awaitOutput("ready", START);
    }

    private String configuration(int flows) {
        StringBuilder text =
                new StringBuilder(
                        """
                        global_defs {
                            default_interface %s
                        }
                        lb {
                            ring %s
                            workers 1
                            connections_max %d
                        }
                        virtual_server %s %d {
                            lvs_sched mh
                            mh-port
                            lvs_method DR
                            protocol TCP
                        """
                                .formatted(
                                        PpsNetwork.IN,
                                        ring,
                                        Math.max(1_000_000, flows / 4 * 5),
                                        PpsNetwork.VIP,
                                        PpsNetwork.PORT));
        for (var server : PpsNetwork.REAL_SERVERS) {
            text.append(
                    "    real_server %s %d {\n        weight 1\n    }\n"
                            .formatted(server.address(), PpsNetwork.PORT));
        }
        return text.append("}\n").toString();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new LabException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
