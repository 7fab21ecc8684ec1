package lb.bench.pps;

import java.util.List;

/** All forwarders, in the order of a round. Stateless; any thread. */
final class Forwarders {
    /** A new ring of lb's needs a line here. */
    private static final List<Forwarder> ALL =
            List.of(
                    new LbForwarder("v2"),
                    new LbForwarder("v3"),
                    new NftablesForwarder(),
                    new BridgeForwarder(),
                    new TestpmdForwarder("af_packet"),
                    new TestpmdForwarder("af_xdp"));

    /** Their names. */
    static final List<String> NAMES = ALL.stream().map(Forwarder::name).toList();

    /** The Debian packages that the peers come from. */
    static final List<String> PACKAGES =
            List.of(
                    "iproute2",
                    "nftables",
                    "dpdk-dev",
                    "librte-mempool-ring23",
                    "librte-net-af-packet23",
                    "librte-net-af-xdp23");

    private Forwarders() {}

    /** Those with these names, in the order of a round. */
    static List<Forwarder> named(List<String> names) {
        return ALL.stream().filter(forwarder -> names.contains(forwarder.name())).toList();
    }
}
