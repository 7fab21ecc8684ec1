package lb.bench.pps;

import lb.director.lab.LabProcess;
import org.jspecify.annotations.Nullable;

/**
 * A bare bridge, which balances nothing: what the veth pairs carry at most. One-armed, that is the
 * switch alone. Stateless.
 */
record BridgeForwarder() implements Forwarder {
    @Override
    public String name() {
        return "bridge";
    }

    @Override
    public @Nullable String missing() {
        return Programs.missing("bridge", "iproute2");
    }

    @Override
    public @Nullable LabProcess start(PpsNetwork network, PpsArguments arguments) {
        if (arguments.oneArmed()) {
            network.bypassDirector();
            return null;
        }
        // A frame for a MAC address of the bridge itself would go up, so the ports take others.
        network.inDirector("ip", "link", "set", PpsNetwork.IN, "address", "02:00:00:00:00:31");
        network.inDirector("ip", "link", "add", "br0", "type", "bridge", "stp_state", "0");
        for (String port : new String[] {PpsNetwork.IN, network.out()}) {
            network.inDirector("ip", "link", "set", port, "master", "br0");
        }
        network.inDirector("ip", "link", "set", "br0", "up");
        network.inDirector(
                "bridge",
                "fdb",
                "add",
                PpsNetwork.DIRECTOR_MAC,
                "dev",
                network.out(),
                "master",
                "static");
        return null;
    }
}
