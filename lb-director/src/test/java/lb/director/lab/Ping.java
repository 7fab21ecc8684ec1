package lb.director.lab;

import java.io.IOException;
import java.net.InetAddress;

/**
 * Sends ICMP echo requests until one is answered, for a second at most: exit code 0 when one was.
 */
final class Ping {
    private Ping() {}

    public static void main(String[] arguments) throws IOException {
        System.exit(InetAddress.ofLiteral(arguments[0]).isReachable(3_000) ? 0 : 1);
    }
}
