package lb.core.linux;

import java.net.InetAddress;
import java.util.Set;

/** A process that attaches a filter, says "a" and waits to be killed. */
final class SteeringFilterProcess {
    private SteeringFilterProcess() {}

    /** Arguments: namespace, interface, VIP, TCP port. */
    public static void main(String[] args) throws Exception {
        SteeredService service =
                new SteeredService(InetAddress.ofLiteral(args[2]), 6, Integer.parseInt(args[3]));
        SteeringFilter filter =
                NetworkNamespace.in(args[0], () -> SteeringFilter.attach(args[1], Set.of(service)));
        System.out.print("a");
        System.out.flush();
        Thread.sleep(60_000);
        filter.close();
    }
}
