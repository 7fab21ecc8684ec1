package lb.director.cli;

import picocli.CommandLine.Parameters;

/** Which real server of which service a command is about; a picocli mixin. */
final class ServerArguments {
    @Parameters(
            index = "0",
            paramLabel = "SERVICE",
            description = {
                "VIP[:PORT], with tcp: or udp: before it where both have that port:",
                "10.0.205.100:80, udp:10.0.205.100:53, [fd00::100]:80."
            })
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String service;

    @Parameters(
            index = "1",
            paramLabel = "REAL",
            description = "The real server's address: 10.0.205.2.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String realServer;

    String service() {
        return service;
    }

    String realServer() {
        return realServer;
    }
}
