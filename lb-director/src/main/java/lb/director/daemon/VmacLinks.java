package lb.director.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import lb.core.linux.Errno;
import lb.core.linux.KernelException;
import lb.core.linux.VirtualMacLink;
import lb.director.config.VrrpInstanceEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The interfaces of all instances with {@code use_vmac}. Any thread; calls are serialised. */
final class VmacLinks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VmacLinks.class);

    /** Who has to know which there are: the data plane, and the filter before the host's stack. */
    interface Listener {
        /**
         * Called before a VIP stands on any of them.
         *
         * @param byParent the virtual MAC addresses by the name of the interface below
         */
        void onChange(List<String> names, Map<String, List<Long>> byParent);
    }

    /** One as it is wanted. Immutable. */
    private record Wish(String name, String parent, long mac) {}

    private final Listener listener;
    private final Map<Wish, VirtualMacLink> links = new HashMap<>();
    private final Map<String, Wish> wishes = new HashMap<>();

    VmacLinks(Listener listener) {
        this.listener = listener;
    }

    /**
     * Makes those that these instances want and whose names are free of ours, before anything is
     * given up for them. To be followed by {@link #keep}, or by {@link #takeBack}.
     *
     * @throws StartException when a name belongs to another interface; then none is made
     */
    synchronized void prepare(List<VrrpInstanceEntry> instances) {
        Map<String, Wish> wanted = wishes(instances);
        Set<String> names = links.keySet().stream().map(Wish::name).collect(Collectors.toSet());
        try {
            wanted.values().stream()
                    .filter(wish -> !names.contains(wish.name()))
                    .forEach(this::create);
        } catch (RuntimeException e) {
            takeBack();
            throw e;
        }
    }

    /** Removes what was prepared and is not wanted after all. */
    synchronized void takeBack() {
        removeUnwanted();
    }

    private static Map<String, Wish> wishes(List<VrrpInstanceEntry> instances) {
        Map<String, Wish> wishes = new HashMap<>();
        for (VrrpInstanceEntry instance : instances) {
            instance.virtualMac()
                    .ifPresent(vmac ->
                            wishes.put(
                                    vmac.interfaceName(),
                                    new Wish(
                                            vmac.interfaceName(),
                                            instance.interfaceName(),
                                            VrrpMapping.virtualMac(instance))));
        }
        return wishes;
    }

    private boolean removeUnwanted() {
        Set<Wish> gone = new HashSet<>(links.keySet());
        gone.removeAll(wishes.values());
        gone.forEach(wish -> closeQuietly(links.remove(wish)));
        return !gone.isEmpty();
    }

    /**
     * Has exactly those that these instances want.
     *
     * @throws StartException when a name belongs to another interface
     */
    synchronized void keep(List<VrrpInstanceEntry> instances) {
        wishes.clear();
        wishes.putAll(wishes(instances));
        boolean fewer = removeUnwanted();
        try {
            for (Wish wish : wishes.values()) {
                if (!links.containsKey(wish)) {
                    create(wish);
                }
            }
        } finally {
            if (!links.isEmpty() || fewer) {
                tell();
            }
        }
    }

    private void create(Wish wish) {
        try {
            links.put(wish, VirtualMacLink.create(wish.name(), wish.parent(), wish.mac()));
        } catch (KernelException e) {
            if (e.errno() != Errno.ENODEV) {
                throw new StartException(
                        "use_vmac: the interface "
                                + wish.name()
                                + " cannot be made: "
                                + e.getMessage()
                                + "; remove what has this name, or write use_vmac NAME");
            }
            LOG.warn("use_vmac: {} waits for the interface {}", wish.name(), wish.parent());
        }
    }

    private void tell() {
        Map<String, List<Long>> byParent =
                links.keySet().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Wish::parent,
                                        Collectors.mapping(Wish::mac, Collectors.toList())));
        listener.onChange(links.keySet().stream().map(Wish::name).toList(), byParent);
    }

    /** Whether an interface is one of these. */
    synchronized boolean has(String name) {
        return wishes.containsKey(name);
    }

    /** Takes the interface of an instance up, if it has one. */
    synchronized void up(VrrpInstanceEntry instance) {
        Wish wish = wish(instance);
        if (wish == null) {
            return;
        }
        if (!links.containsKey(wish)) {
            create(wish);
            tell();
        }
        VirtualMacLink link = links.get(wish);
        if (link != null && link.up()) {
            // Its filter has gone with the former one, and has to be there before the VIP.
            tell();
        }
    }

    /** Takes it down. */
    synchronized void down(VrrpInstanceEntry instance) {
        VirtualMacLink link = links.get(wish(instance));
        if (link != null) {
            link.down();
        }
    }

    private @Nullable Wish wish(VrrpInstanceEntry instance) {
        return instance.virtualMac().map(vmac -> wishes.get(vmac.interfaceName())).orElse(null);
    }

    private static void closeQuietly(@Nullable VirtualMacLink link) {
        if (link == null) {
            return;
        }
        try {
            link.close();
        } catch (KernelException e) {
            LOG.warn("use_vmac: {} could not be removed: {}", link.name(), e.getMessage());
        }
    }

    /** Removes all. */
    @Override
    public synchronized void close() {
        new ArrayList<>(links.values()).forEach(VmacLinks::closeQuietly);
        links.clear();
    }
}
