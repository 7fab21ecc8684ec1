package lb.director.demo;

import java.util.List;
import lb.core.wire.IpAddress;
import lb.core.wire.MacAddress;

/**
 * A host of the demo's network. Immutable; any thread.
 *
 * @param name as the output calls it
 * @param host the last part of its namespace's name
 * @param address its own IPv4 address
 * @param mac of its interface eth0
 */
record Machine(String name, String host, String address, String mac) {
    /** The address that clients ask for. */
    static final String VIP = "10.0.205.100";

    /** The service's port. */
    static final int PORT = 80;

    static final String INTERFACE = "eth0";
    static final int PREFIX_LENGTH = 16;

    static final Machine CLIENT =
            new Machine("client", "client", "10.0.200.22", "8c:89:a5:96:4c:b2");
    static final Machine DIRECTOR =
            new Machine("director", "director", "10.0.200.21", "8c:89:a5:96:51:cf");
    static final List<Machine> REAL_SERVERS =
            List.of(
                    new Machine("real server 1", "real1", "10.0.205.2", "08:00:27:3b:62:f5"),
                    new Machine("real server 2", "real2", "10.0.205.3", "08:00:27:3b:62:f6"));

    long macNumber() {
        return MacAddress.parse(mac);
    }

    int ipv4() {
        return IpAddress.parse(address).ipv4();
    }
}
