package lb.bench.pps;

import java.time.Duration;
import java.util.List;
import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * The director as users run it: {@code lb run} with one worker and one service. Immutable.
 *
 * @param ring v2 or v3
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
        List<String> command =
                LbProgram.command(network.lab().directory(), configuration(network, arguments));
        return network.startForwarder("lb", command).awaitOutput("ready", START);
    }

    private String configuration(PpsNetwork network, PpsArguments arguments) {
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
                            lvs_sched %s
                            %s
                            lvs_method DR
                            protocol TCP
                        """
                                .formatted(
                                        PpsNetwork.IN,
                                        ring,
                                        Math.max(1_000_000, arguments.flows() / 4 * 5),
                                        network.vip(),
                                        PpsNetwork.PORT,
                                        arguments.scheduler(),
                                        arguments.scheduler().equals("mh") ? "mh-port" : ""));
        for (var server : network.realServers()) {
            text.append(
                    "    real_server %s %d {\n        weight 1\n    }\n"
                            .formatted(server.address(), PpsNetwork.PORT));
        }
        return text.append("}\n").toString();
    }
}
