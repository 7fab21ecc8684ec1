package lb.director.daemon;

import java.util.List;
import java.util.concurrent.Callable;
import lb.core.linux.Capabilities;
import lb.core.linux.KernelException;
import lb.core.linux.SteeringFilter;
import picocli.CommandLine.Command;

/** {@code lb cleanup}: removes from the kernel what directors left that did not end by themselves. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        name = "cleanup",
        description = "Removes what a killed director left in the kernel.",
        footer = {
            "",
            "A killed director leaves its steering filter: until the next start its service ports stay silent instead",
            "of being reset. VIPs go by themselves when their lease ends. What belongs to a running director stays.",
            "",
            "Exit codes: 0 done; 1 not permitted, or the kernel refused."
        })
public final class CleanupCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        List<String> missing = Capabilities.current().missing();
        if (!missing.isEmpty()) {
            System.err.println("lb: " + String.join("; ", missing) + "; run it as root");
            return 1;
        }
        try {
            List<SteeringFilter.Removed> removed = SteeringFilter.removeStale();
            removed.forEach(filter -> System.out.println(
                    "removed filter " + filter.filterName() + " from " + filter.linkName()));
            if (removed.isEmpty()) {
                System.out.println("nothing to clean up");
            }
            return 0;
        } catch (KernelException e) {
            System.err.println("lb: " + e.getMessage());
            return 1;
        }
    }
}
