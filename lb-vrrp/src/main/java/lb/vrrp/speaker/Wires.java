package lb.vrrp.speaker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import lb.core.linux.KernelException;
import lb.core.linux.Readiness;
import lb.vrrp.wire.IpFamily;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of all virtual routers, and how their interfaces stand. Owned by the speaker's
 * thread.
 */
final class Wires {
    private static final Logger LOG = LoggerFactory.getLogger(Wires.class);

    private final List<Wire> wires = new ArrayList<>();
    private final Readiness readiness;
    private final Supplier<long[]> hostMacs;
    private Map<String, LinkSight> sights;
    private int[] watched = {};

    /**
     * None yet.
     *
     * @param readiness which is to watch them
     * @param hostMacs gives the Ethernet addresses of all interfaces of this host
     */
    Wires(Readiness readiness, Map<String, LinkSight> sights, Supplier<long[]> hostMacs) {
        this.readiness = readiness;
        this.hostMacs = hostMacs;
        this.sights = sights;
    }

    /** The wire of an instance, made if there is none yet. */
    Wire of(VrrpInstance instance) {
        IpFamily family = instance.format().family();
        for (Wire wire : wires) {
            if (wire.isFor(instance.interfaceName(), family)) {
                return wire;
            }
        }
        Wire wire = new Wire(instance.interfaceName(), family, hostMacs);
        open(wire);
        wires.add(wire);
        return wire;
    }

    /** Tells each wire who speaks on it. */
    void shareOut(List<Voice> voices) {
        for (Wire wire : wires) {
            wire.voices(voices.stream().filter(voice -> voice.wire() == wire).toList());
        }
        watch();
    }

    private void watch() {
        int[] descriptors =
                wires.stream()
                        .flatMapToInt(wire -> IntStream.of(wire.fd(), wire.claims().fd()))
                        .toArray();
        if (!Arrays.equals(descriptors, watched)) {
            watched = descriptors;
            readiness.watch(descriptors);
        }
    }

    /** Takes in how the interfaces stand. */
    void onLinks(Map<String, LinkSight> now) {
        sights = now;
        wires.forEach(this::open);
        watch();
    }

    private void open(Wire wire) {
        try {
            wire.onLink(sights.get(wire.interfaceName()));
        } catch (KernelException e) {
            LOG.error("cannot speak on {}: {}", wire.interfaceName(), e.getMessage());
        }
    }

    boolean hasInterface(String name) {
        return sights.containsKey(name);
    }

    /** The interface of an instance, or null when there is no speaking on it. */
    @Nullable LinkSight usable(Voice voice) {
        return voice.wire().fd() < 0 ? null : sights.get(voice.instance().interfaceName());
    }

    /** Hears all that waits. */
    void drain(long buffer, int room) {
        for (int i = 0; i < wires.size(); i++) {
            wires.get(i).drain(buffer, room);
        }
    }

    /** Closes all for good. */
    void end() {
        wires.forEach(Wire::end);
    }
}
