package lb.core.linux;

import java.net.InetAddress;
import java.util.Set;

/** A process without capabilities: prints what the kernel refuses it. */
final class UnprivilegedProcess {
    private UnprivilegedProcess() {}

    /** No arguments. */
    public static void main(String[] args) {
        System.out.println(Capabilities.current().missing().size() + " missing");
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            int lo = rtnetlink.requireLink("lo").index();
            InetAddress address = InetAddress.ofLiteral("127.9.9.9");
            tell(() -> rtnetlink.addAddress(LinkAddress.of(lo, address, 32)));
        }
        tell(() -> SteeringFilter.attach("lo", Set.of()));
    }

    private static void tell(Runnable refused) {
        try {
            refused.run();
            System.out.println("not refused");
        } catch (KernelException e) {
            System.out.println(e.getMessage());
        }
    }
}
