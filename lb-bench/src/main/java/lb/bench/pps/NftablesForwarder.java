package lb.bench.pps;

import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's own direct routing: an nftables rule at ingress that picks a real server by a hash
 * and keeps no state. Immutable.
 *
 * <p>All of it happens in the softirqs that the generator raises, on the generator's core.
 */
record NftablesForwarder() implements Forwarder {
    @Override
    public String name() {
        return "nftables";
    }

    @Override
    public @Nullable String missing() {
        return Programs.missing("nft", "nftables");
    }

    @Override
    public @Nullable LabProcess start(PpsNetwork network, PpsArguments arguments) {
        StringBuilder map = new StringBuilder();
        for (int i = 0; i < PpsNetwork.REAL_SERVERS.size(); i++) {
            map.append(i == 0 ? "" : ", ")
                    .append(i)
                    .append(" : ")
                    .append(PpsNetwork.REAL_SERVERS.get(i).mac());
        }
        network.inDirector(
                "nft",
                """
                table netdev dsr {
                  chain in {
                    type filter hook ingress device %s priority 0; policy accept;
                    ip daddr %s tcp dport %d ether saddr set %s \
                      ether daddr set jhash ip saddr . tcp sport mod %d map { %s } fwd to %s
                  }
                }
                """
                        .formatted(
                                PpsNetwork.IN,
                                PpsNetwork.VIP,
                                PpsNetwork.PORT,
                                PpsNetwork.DIRECTOR_OUT_MAC,
                                PpsNetwork.REAL_SERVERS.size(),
                                map,
                                PpsNetwork.OUT));
        return null;
    }
}
