package lb.vrrp.speaker;

import java.util.List;
import lb.core.linux.Errno;
import lb.core.wire.IpAddress;
import lb.vrrp.wire.AdvertEncoder;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.ChecksumForm;
import lb.vrrp.wire.IpFamily;
import lb.vrrp.wire.UnicastPeer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what one virtual router says: its adverts, and the question who else has its VIP. Owned by
 * the speaker's thread. Sending allocates nothing.
 */
final class AdvertSender {
    private static final Logger LOG = LoggerFactory.getLogger(AdvertSender.class);

    /** A kernel answers at once; this leaves some for a thread that is late to hear it. */
    private static final long ANSWER_NANOS = 300_000_000L;

    private final Wire wire;
    private final long packet;
    private final RateLimit failureLimit = new RateLimit();
    private VrrpInstance instance;
    private AdvertEncoder encoder;
    private @Nullable IpAddress source;
    private long adverts;
    private long priorityZero;
    private long probes;
    private long probedNanos;
    private long errors;

    /**
     * One without a source address.
     *
     * @param packet room for one packet of its format, for ever
     */
    AdvertSender(Wire wire, VrrpInstance instance, long packet) {
        this.wire = wire;
        this.instance = instance;
        this.packet = packet;
        encoder = encoder(instance);
    }

    private AdvertEncoder encoder(VrrpInstance of) {
        return new AdvertEncoder(
                of.format(), source == null ? unspecified(of) : source, of.sourceMac());
    }

    static IpAddress unspecified(VrrpInstance instance) {
        return instance.format().family() == IpFamily.IPV4
                ? IpAddress.ofIpv4(0)
                : new IpAddress(0, 0);
    }

    /** Goes on for a changed instance. */
    void become(VrrpInstance other) {
        if (!other.format().equals(instance.format())) {
            encoder = encoder(other);
        }
        instance = other;
    }

    /** Where packets come from; null while there is no address. */
    @Nullable IpAddress source() {
        return source;
    }

    void source(@Nullable IpAddress now) {
        source = now;
        if (now != null) {
            encoder.source(now);
        }
    }

    /** Sends an advert to the group, or to each peer. */
    void advert(int priority, ChecksumForm form, long nowNanos) {
        AdvertFormat format = instance.format();
        encoder.checksumForm(form);
        if (format.isUnicast()) {
            List<UnicastPeer> peers = format.unicastPeers();
            for (int i = 0; i < peers.size(); i++) {
                IpAddress peer = peers.get(i).address();
                int length = encoder.packet(packet, priority, peer.high(), peer.low());
                send(length, peer, nowNanos);
            }
        } else if (instance.usesVirtualMac()) {
            int result = wire.sendFrame(packet, encoder.frame(packet, priority));
            note(result, "advert to", format.group(), nowNanos);
        } else {
            send(encoder.packet(packet, priority), format.group(), nowNanos);
        }
        adverts++;
        if (priority == 0) {
            priorityZero++;
        }
    }

    private void send(int length, IpAddress to, long nowNanos) {
        note(wire.send(packet, length, to.high(), to.low()), "advert to", to, nowNanos);
    }

    /** Asks who else has the VIP, where that is wanted and possible. */
    void probe(long nowNanos) {
        IpAddress vip = instance.probedVip();
        if (vip != null && source != null && wire.claims().fd() >= 0) {
            note(wire.claims().probe(instance, vip, source), "probe for VIP", vip, nowNanos);
            probes++;
            probedNanos = nowNanos;
        }
    }

    /** Whether an answer that comes now may be one to a probe. */
    boolean hasJustAsked(long nowNanos) {
        return probes > 0 && nowNanos - probedNanos < ANSWER_NANOS;
    }

    private void note(int result, String what, IpAddress to, long nowNanos) {
        if (result < 0) {
            errors++;
            if (failureLimit.allows(nowNanos)) {
                LOG.warn(
                        "({}) {} {} not sent: {}{}",
                        instance.name(),
                        what,
                        to,
                        Errno.text(-result),
                        failureLimit.leftOut());
            }
        }
    }

    /** Adverts sent. */
    long adverts() {
        return adverts;
    }

    /** Of these, with priority 0. */
    long priorityZero() {
        return priorityZero;
    }

    /** Probes sent. */
    long probes() {
        return probes;
    }

    /** Packets that the kernel did not take. */
    long errors() {
        return errors;
    }
}
