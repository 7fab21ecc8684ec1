package lb.director.daemon;

import java.util.List;
import java.util.concurrent.Callable;
import lb.core.linux.KernelException;
import lb.core.linux.Neighbour;
import lb.core.linux.Rtnetlink;
import lb.core.linux.SteeringFilter;
import lb.core.linux.VirtualMacLink;
import lb.core.wire.IpAddress;
import picocli.CommandLine.Command;

/**
 * {@code lb cleanup}: removes from the kernel what directors left that did not end by themselves.
 */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        name = "cleanup",
        description = "Removes what a killed director left in the kernel.",
        footer = {
            "",
            "A killed director leaves its steering filter: until the next start its service ports stay silent instead",
            "of being reset; entries of the neighbour table; and interfaces of use_vmac. VIPs go by themselves when their",
            "lease ends. What belongs to a running director stays.",
            "",
            "Exit codes: 0 done; 1 not permitted, or the kernel refused."
        })
public final class CleanupCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        try {
            DirectorDaemon.requireCapabilities();
            List<SteeringFilter.Removed> removed = SteeringFilter.removeStale();
            removed.forEach(filter ->
                    System.out.println(
                            "removed filter "
                                    + filter.filterName()
                                    + " from "
                                    + filter.linkName()));
            List<String> virtual = VirtualMacLink.removeStale();
            virtual.forEach(name -> System.out.println("removed interface " + name));
            List<Neighbour> released = staleNeighbours();
            released.forEach(neighbour ->
                    System.out.println("removed neighbour " + IpAddress.of(neighbour.address())));
            if (removed.isEmpty() && released.isEmpty() && virtual.isEmpty()) {
                System.out.println("nothing to clean up");
            }
            return 0;
        } catch (StartException | KernelException e) {
            System.err.println("lb: " + e.getMessage());
            return 1;
        }
    }

    /**
     * Neighbour entries do not tell whose they are: while any director lives they may be its own.
     */
    private static List<Neighbour> staleNeighbours() {
        if (Interfaces.isAnyClaimed()) {
            return List.of();
        }
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            return rtnetlink.releaseStaleNeighbours();
        }
    }
}
