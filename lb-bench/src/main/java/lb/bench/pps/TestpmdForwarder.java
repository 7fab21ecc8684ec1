package lb.bench.pps;

import java.time.Duration;
import java.util.List;
import lb.director.lab.LabException;
import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * DPDK's testpmd, which swaps the MAC addresses of every frame and looks no further. Immutable.
 *
 * @param driver the poll mode driver: af_packet or af_xdp
 */
record TestpmdForwarder(String driver) implements Forwarder {
    private static final Duration START = Duration.ofSeconds(20);

    @Override
    public String name() {
        return "testpmd-" + driver;
    }

    @Override
    public @Nullable String missing() {
        String program = Programs.missing("dpdk-testpmd", "dpdk-dev");
        return program != null
                ? program
                : Programs.missingLibrary(
                        "librte_net_" + driver + ".so",
                        "librte-net-" + driver.replace('_', '-') + "23");
    }

    @Override
    public LabProcess start(PpsNetwork network, PpsArguments arguments) {
        if (arguments.oneArmed()) {
            throw new LabException(
                    "on one interface it would send every frame back to the generator");
        }
        int core = network.cores().forwarder();
        List<String> command =
                List.of(
                        "dpdk-testpmd",
                        "--lcores=(0,1)@" + core,
                        "--main-lcore=0",
                        "--no-huge",
                        "-m",
                        "512",
                        "--no-pci",
                        "--no-telemetry",
                        "--no-shconf",
                        "--vdev=net_" + driver + "0,iface=" + PpsNetwork.IN + options(),
                        "--vdev=net_" + driver + "1,iface=" + network.out() + options(),
                        "--",
                        "--forward-mode=macswap",
                        "--auto-start",
                        "--no-mlockall",
                        "--total-num-mbufs=65536",
                        // Without a terminal it would end at once; with this it waits for a signal.
                        "--stats-period=1");
        return network.startForwarder(name(), command).awaitOutput("Port statistics", START);
    }

    private String options() {
        return driver.equals("af_packet") ? ",qdisc_bypass=1" : "";
    }
}
