package lb.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Event;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.VirtualRouter;
import lb.vrrp.automaton.VirtualRouterSettings;
import lb.vrrp.wire.AddressClaim;
import lb.vrrp.wire.AdvertCheck;
import lb.vrrp.wire.AdvertEncoder;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.AdvertVerdict;
import lb.vrrp.wire.AdvertView;
import lb.vrrp.wire.ArpProbe;
import lb.vrrp.wire.ChecksumForm;
import lb.vrrp.wire.Formats;
import lb.vrrp.wire.GratuitousArp;
import lb.vrrp.wire.NativeFrame;
import lb.vrrp.wire.NeighborSolicitation;
import lb.vrrp.wire.UnsolicitedNeighborAdvertisement;
import lb.vrrp.wire.VrrpVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is sent and heard again and again allocates nothing: not one byte on the thread that does
 * it.
 */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 100_000;

    private final NativeFrame frame = new NativeFrame();
    private final AdvertView view = new AdvertView();
    private long now;
    private @Nullable AdvertReceived last;
    private int accepted;
    private int sent;

    @Test
    void encodingAndDecodingAllocateNothing() {
        List<AdvertFormat> formats =
                List.of(
                        Formats.v2().build(),
                        Formats.v3().checksumForm(ChecksumForm.AUTO).build(),
                        Formats.v6().build());
        for (AdvertFormat format : formats) {
            AdvertEncoder encoder = new AdvertEncoder(format, source(format), 2);
            AdvertCheck check = new AdvertCheck(format, List.of());
            assertThat(bytesOf(() -> sendAndHear(encoder, check))).isZero();
        }
        assertThat(accepted).isGreaterThanOrEqualTo(3 * ROUNDS).isEqualTo(sent);
    }

    private void sendAndHear(AdvertEncoder encoder, AdvertCheck check) {
        int length = encoder.frame(frame.address(), 150);
        sent++;
        view.readFrame(frame.address(), length);
        if (check.check(view) == AdvertVerdict.ACCEPTED) {
            accepted++;
        }
    }

    @Test
    void announcementsAllocateNothing() {
        assertThat(
                        bytesOf(() -> {
                            GratuitousArp.write(frame.address(), 2, 0x0a09_0064);
                            UnsolicitedNeighborAdvertisement.write(frame.address(), 2, 1, 2, true);
                        }))
                .isZero();
    }

    @Test
    void probesAndClaimsAllocateNothing() {
        AddressClaim claim = new AddressClaim();
        assertThat(
                        bytesOf(() -> {
                            ArpProbe.write(frame.address(), 2, 3, 0x0a09_0064);
                            claim.read(frame.address(), ArpProbe.LENGTH);
                            NeighborSolicitation.write(frame.address(), 2, 1, 2, 3, 4);
                            claim.read(frame.address(), NeighborSolicitation.LENGTH);
                            UnsolicitedNeighborAdvertisement.write(frame.address(), 2, 1, 2, true);
                            claim.read(frame.address(), UnsolicitedNeighborAdvertisement.LENGTH);
                        }))
                .isZero();
    }

    @Test
    void aBackupThatHearsTheSameActiveAllocatesNothing() {
        VirtualRouter router =
                new VirtualRouter(
                        VirtualRouterSettings.of(VrrpVersion.V3).build(),
                        IpAddress.parse("10.9.0.2"));
        router.on(new Event.Startup(), now);
        assertThat(
                        bytesOf(() -> {
                            now += 100_000_000L;
                            last = AdvertReceived.reusing(last, 150, 100_000_000L, 0, 7);
                            router.on(last, now);
                            router.nanosToDeadline(now);
                        }))
                .isZero();
        assertThat(router.nanosToDeadline(now)).isEqualTo(360_937_500L);
    }

    @Test
    void anActivesPeriodicAdvertAllocatesNothing() {
        VirtualRouter router =
                new VirtualRouter(
                        VirtualRouterSettings.of(VrrpVersion.V3)
                                .announcements(lb.vrrp.automaton.AnnouncementSettings.minimal())
                                .build(),
                        IpAddress.parse("10.9.0.2"));
        router.on(new Event.Startup(), now);
        router.on(new Event.TakeOver(), now);
        Event expired = new Event.TimerExpired();
        assertThat(
                        bytesOf(() -> {
                            now += router.nanosToDeadline(now) / 2;
                            router.on(expired, now);
                            now += router.nanosToDeadline(now);
                            router.on(expired, now);
                        }))
                .isZero();
    }

    private static IpAddress source(AdvertFormat format) {
        return IpAddress.parse(format.addresses().getFirst().isIpv4() ? "10.9.0.1" : "fe80::1");
    }

    /**
     * Bytes per {@link #ROUNDS} once the compiler has done its work, which on a busy machine takes
     * its time.
     */
    private static long bytesOf(Runnable action) {
        long thread = Thread.currentThread().threadId();
        long bytes = Long.MAX_VALUE;
        for (int warmUp = 0; warmUp < 100 && bytes != 0; warmUp++) {
            long before = THREADS.getThreadAllocatedBytes(thread);
            repeat(action);
            bytes = THREADS.getThreadAllocatedBytes(thread) - before;
        }
        return bytes;
    }

    private static void repeat(Runnable action) {
        for (int i = 0; i < ROUNDS; i++) {
            action.run();
        }
    }
}
