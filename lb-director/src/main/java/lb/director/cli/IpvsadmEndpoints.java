package lb.director.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Hosts, ports and netmasks as ipvsadm's users write them: names, too. Stateless; any thread. */
final class IpvsadmEndpoints {
    private static final Path SERVICES = Path.of("/etc/services");

    private IpvsadmEndpoints() {}

    /** Host and port; a host's name becomes its first address. */
    static EndpointName parse(String text) throws IpvsadmException {
        EndpointName named;
        try {
            named = EndpointName.parse(text, IpvsadmEndpoints::port);
        } catch (IllegalArgumentException e) {
            throw new IpvsadmException(String.valueOf(e.getMessage()));
        }
        if (named.protocol() != null) {
            throw new IpvsadmException(
                    "'" + text + "' names a protocol; that is what -t and -u say");
        }
        return new EndpointName(null, address(named.address()), named.port());
    }

    private static String address(String host) throws IpvsadmException {
        if (host.matches("[\\d.]+") && !host.matches("\\d+(\\.\\d+){3}")) {
            throw new IpvsadmException("'" + host + "' is no address");
        }
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IpvsadmException("'" + host + "' is no address, and no host has that name");
        }
    }

    /** A port by its name in /etc/services; -1 when there is none. */
    private static int port(String name) {
        try {
            for (String line : Files.readAllLines(SERVICES)) {
                List<String> words = List.of(line.replaceFirst("#.*", "").strip().split("\\s+"));
                if (words.size() >= 2
                        && (words.getFirst().equals(name)
                                || words.subList(2, words.size()).contains(name))) {
                    return Integer.parseInt(words.get(1).replaceFirst("/.*", ""));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
        return -1;
    }

    /** The leading bits of a netmask, or of a prefix length where there are no netmasks. */
    static int prefixLength(String text, boolean v4) throws IpvsadmException {
        if (!v4) {
            if (text.matches("\\d{1,3}")
                    && Integer.parseInt(text) >= 1
                    && Integer.parseInt(text) <= 128) {
                return Integer.parseInt(text);
            }
            throw new IpvsadmException(
                    "-M takes a prefix length from 1 to 128 for IPv6, not '" + text + "'");
        }
        if (text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            long mask = 0;
            for (String part : text.split("\\.")) {
                mask = mask << 8 | Math.min(256, Integer.parseInt(part));
            }
            int bits = Long.bitCount(mask);
            if (mask == (0xffff_ffffL << (32 - bits) & 0xffff_ffffL)) {
                return bits;
            }
        }
        throw new IpvsadmException("-M takes a netmask such as 255.255.255.0, not '" + text + "'");
    }
}
