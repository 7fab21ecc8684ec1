package lb.bench.pps;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
        List<PpsNetwork.RealServerAddress> servers = network.realServers();
        String map =
                IntStream.range(0, servers.size())
                        .mapToObj(i -> i + " : " + servers.get(i).mac())
                        .collect(Collectors.joining(", "));
        String ip = arguments.ipv6() ? "ip6" : "ip";
        network.inDirector(
                "nft",
                """
                table netdev dsr {
                  chain in {
                    type filter hook ingress device %s priority 0; policy accept;
                    %s daddr %s tcp dport %d ether saddr set %s \
                      ether daddr set jhash %s saddr . tcp sport mod %d map { %s } fwd to %s
                  }
                }
                """
                        .formatted(
                                PpsNetwork.IN,
                                ip,
                                network.vip(),
                                PpsNetwork.PORT,
                                network.outMac(),
                                ip,
                                servers.size(),
                                map,
                                network.out()));
        return null;
    }
}
