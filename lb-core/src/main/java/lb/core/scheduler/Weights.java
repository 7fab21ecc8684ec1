package lb.core.scheduler;

import java.util.List;
import java.util.function.ToIntFunction;
import lb.core.service.RealServer;

/** Arithmetic over the weights of a list. Stateless; any thread. */
final class Weights {
    private Weights() {}

    /** The greatest common divisor of the weights above 0, or 0 when there is none. */
    static int greatestCommonDivisor(
            List<RealServer> realServers, ToIntFunction<RealServer> weight) {
        int divisor = 0;
        for (RealServer server : realServers) {
            int rest = Math.max(0, weight.applyAsInt(server));
            while (rest != 0) {
                int next = divisor % rest;
                divisor = rest;
                rest = next;
            }
        }
        return divisor;
    }

    /** The greatest weight, or 0 when the list is empty. */
    static int greatest(List<RealServer> realServers, ToIntFunction<RealServer> weight) {
        return realServers.stream().mapToInt(weight).max().orElse(0);
    }

    /** Whether any may be chosen. */
    static boolean isAnyUsable(List<RealServer> realServers) {
        for (RealServer server : realServers) {
            if (server.isUsable()) {
                return true;
            }
        }
        return false;
    }
}
