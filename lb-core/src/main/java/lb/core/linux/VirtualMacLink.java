package lb.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The interface of a virtual router's MAC address: a macvlan in private mode, which is up only
 * while the router is Active, so that a Backup sends nothing from an address that switches know at
 * another port. Owned by one thread at a time, in the network namespace of the thread that created
 * it.
 *
 * <p>Its addresses are answered for with its own MAC address and with no other: for that the
 * interface below has arp_ignore 1 and arp_announce 2 as long as there is one of these on it. Both
 * former values stand in the macvlan's alias, so that {@link #removeStale} can restore them after a
 * crash.
 */
public final class VirtualMacLink implements AutoCloseable {
    // The numbers of linux/ip.h.
    private static final int RP_FILTER = 8;
    private static final int ARP_ANNOUNCE = 18;
    private static final int ARP_IGNORE = 19;

    private static final int LOOSE = 2;
    private static final int ONLY_OWN = 1;
    private static final int BEST_SOURCE = 2;

    private static final String ALIAS = "lb-vmac";
    private static final String MARK = "lb-vmac/";

    private final Rtnetlink rtnetlink = Rtnetlink.open();
    private final String name;
    private final String parentName;
    private final long mac;
    private final LivenessMark mark;
    private boolean open = true;

    private VirtualMacLink(String name, String parentName, long mac) {
        this.name = name;
        this.parentName = parentName;
        this.mac = mac;
        try {
            mark = LivenessMark.take(MARK + name);
        } catch (RuntimeException e) {
            rtnetlink.close();
            throw e;
        }
    }

    /**
     * Makes one, down and without addresses; replaces what a dead instance or keepalived has left
     * under this name.
     *
     * @param name at most 15 bytes
     * @param parentName the Ethernet interface below it
     * @param mac 48 bits
     * @throws KernelException with EADDRINUSE while somebody alive has it; with EEXIST when the
     *     name belongs to an interface of another kind or address; with ENODEV without the parent
     */
    public static VirtualMacLink create(String name, String parentName, long mac) {
        VirtualMacLink link = new VirtualMacLink(name, parentName, mac);
        try {
            link.make();
            return link;
        } catch (RuntimeException e) {
            link.letGo();
            throw e;
        }
    }

    private void make() {
        removeFormer();
        int parent = rtnetlink.requireLink(parentName).index();
        Former former = formerOf(rtnetlink, parent);
        rtnetlink.addMacvlan(name, parent, mac, former.text());
        raise(parent, ARP_IGNORE, ONLY_OWN);
        raise(parent, ARP_ANNOUNCE, BEST_SOURCE);
        int index = index();
        rtnetlink.setIpv4Setting(index, ARP_IGNORE, ONLY_OWN);
        // The way back leads through the interface below.
        rtnetlink.setIpv4Setting(index, RP_FILTER, LOOSE);
        ignoreRouterAdvertisements();
    }

    private void removeFormer() {
        for (Macvlan former : rtnetlink.macvlans()) {
            if (former.link().name().equals(name) && former.link().mac() == mac) {
                remove(rtnetlink, former);
            }
        }
    }

    /** Another one on the same interface has noted what there was before the first. */
    private static Former formerOf(Rtnetlink rtnetlink, int parent) {
        return rtnetlink.macvlans().stream()
                .filter(macvlan -> macvlan.parentIndex() == parent)
                .flatMap(macvlan -> Former.of(macvlan).stream())
                .findFirst()
                .orElseGet(() ->
                        new Former(
                                rtnetlink.ipv4Setting(parent, ARP_IGNORE),
                                rtnetlink.ipv4Setting(parent, ARP_ANNOUNCE)));
    }

    private void raise(int linkIndex, int setting, int least) {
        if (rtnetlink.ipv4Setting(linkIndex, setting) < least) {
            rtnetlink.setIpv4Setting(linkIndex, setting, least);
        }
    }

    /**
     * An address made of the virtual MAC address would stand on two machines (RFC 9568 section
     * 7.4). Nothing but /proc sets this; where that is read-only, the system's default has to do.
     */
    private void ignoreRouterAdvertisements() {
        Path setting = Path.of("/proc/sys/net/ipv6/conf", name, "accept_ra");
        try {
            if (Files.exists(setting)) {
                Files.writeString(setting, "0");
            }
        } catch (IOException e) {
            // Said in docs/settings.md.
            return;
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its MAC address. */
    public long mac() {
        return mac;
    }

    /** The name of the interface below it. */
    public String parentName() {
        return parentName;
    }

    private int index() {
        return rtnetlink.link(name).map(Link::index).orElse(0);
    }

    /**
     * Takes it up; makes it again if it went with the interface below.
     *
     * @return whether it was made again
     */
    public boolean up() {
        boolean away = index() == 0;
        if (away) {
            make();
        }
        rtnetlink.setUp(index(), true);
        return away;
    }

    /** Takes it down: nothing is sent from its address any more, nor taken that is sent to it. */
    public void down() {
        int index = index();
        if (index != 0) {
            rtnetlink.setUp(index, false);
        }
    }

    /** Removes it, and restores the interface below if it was the last one there. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        try {
            for (Macvlan macvlan : rtnetlink.macvlans()) {
                if (macvlan.link().name().equals(name) && Former.of(macvlan).isPresent()) {
                    remove(rtnetlink, macvlan);
                }
            }
        } finally {
            letGo();
        }
    }

    private void letGo() {
        open = false;
        mark.close();
        rtnetlink.close();
    }

    /** Removes those of dead instances in this thread's network namespace; their names. */
    public static List<String> removeStale() {
        List<String> removed = new ArrayList<>();
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            for (Macvlan macvlan : rtnetlink.macvlans()) {
                boolean ours = Former.of(macvlan).isPresent();
                if (ours && !LivenessMark.isTaken(MARK + macvlan.link().name())) {
                    remove(rtnetlink, macvlan);
                    removed.add(macvlan.link().name());
                }
            }
        }
        return removed;
    }

    private static void remove(Rtnetlink rtnetlink, Macvlan macvlan) {
        rtnetlink.deleteLink(macvlan.link().index());
        int parent = macvlan.parentIndex();
        boolean last =
                rtnetlink.macvlans().stream()
                        .noneMatch(other ->
                                other.parentIndex() == parent && Former.of(other).isPresent());
        Optional<Former> former = Former.of(macvlan);
        if (last && former.isPresent() && rtnetlink.link(parent).isPresent()) {
            rtnetlink.setIpv4Setting(parent, ARP_IGNORE, former.get().arpIgnore());
            rtnetlink.setIpv4Setting(parent, ARP_ANNOUNCE, former.get().arpAnnounce());
        }
    }

    /** What the interface below had before. Immutable; any thread. */
    private record Former(int arpIgnore, int arpAnnounce) {
        String text() {
            return ALIAS + " " + arpIgnore + " " + arpAnnounce;
        }

        static Optional<Former> of(Macvlan macvlan) {
            if (!macvlan.alias().matches(ALIAS + " [0-9]{1,3} [0-9]{1,3}")) {
                return Optional.empty();
            }
            String[] words = macvlan.alias().split(" ", -1);
            return Optional.of(new Former(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
        }
    }
}
