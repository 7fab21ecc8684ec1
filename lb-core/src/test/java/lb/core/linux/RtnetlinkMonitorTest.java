package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import lb.core.linux.NetlinkEvent.AddressChanged;
import lb.core.linux.NetlinkEvent.LinkChanged;
import lb.core.linux.NetlinkEvent.NeighbourChanged;
import lb.core.linux.NetlinkEvent.Overrun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** News of two namespaces joined by a veth pair. */
class RtnetlinkMonitorTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("10.67.0.2");

    private LabNamespace here;
    private LabNamespace peer;
    private RtnetlinkMonitor monitor;

    @BeforeEach
    void joinThem() throws Exception {
        here = LabNamespace.create();
        peer = LabNamespace.create();
        LabNamespace.join(here, "h0", peer, "p0");
        here.ip("addr add 10.67.0.1/24 dev h0");
        peer.ip("addr add 10.67.0.2/24 dev p0");
        monitor = here.in(() -> RtnetlinkMonitor.open());
    }

    @AfterEach
    void removeThem() throws Exception {
        if (monitor != null) {
            monitor.close();
        }
        if (here != null) {
            here.close();
        }
        if (peer != null) {
            peer.close();
        }
    }

    @Test
    void losingAndRegainingTheCarrierIsTold() throws Exception {
        peer.ip("link set p0 down");
        awaitEvent(e -> e instanceof LinkChanged c && isH0(c) && c.link().isUp() && !up(c));
        peer.ip("link set p0 up");
        awaitEvent(e -> e instanceof LinkChanged c && isH0(c) && up(c));
        here.ip("link set h0 down");
        awaitEvent(e -> e instanceof LinkChanged c && isH0(c) && !c.link().isUp());
        here.ip("link del h0");
        awaitEvent(e -> e instanceof LinkChanged c && isH0(c) && c.isGone());
    }

    @Test
    void aMonitorOfLinksAndNeighboursHearsNothingOfAddresses() throws Exception {
        try (RtnetlinkMonitor deaf = here.in(RtnetlinkMonitor::ofLinksAndNeighbours)) {
            here.ip("addr add 10.67.0.9/32 dev h0");
            here.ip("neigh add 10.67.0.7 lladdr 02:00:00:00:00:07 dev h0");
            List<NetlinkEvent> heard = new ArrayList<>();
            long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (heard.stream().noneMatch(NeighbourChanged.class::isInstance)
                    && System.nanoTime() - deadlineNanos < 0) {
                heard.addAll(deaf.poll(1_000));
            }
            assertThat(heard).hasAtLeastOneElementOfType(NeighbourChanged.class);
            assertThat(heard).noneMatch(AddressChanged.class::isInstance);
        }
    }

    @Test
    void addressesComeAndGo() throws Exception {
        here.ip("addr add 10.67.0.9/32 dev h0");
        awaitEvent(e -> e instanceof AddressChanged c && is9(c) && !c.isGone());
        here.ip("addr del 10.67.0.9/32 dev h0");
        awaitEvent(e -> e instanceof AddressChanged c && is9(c) && c.isGone());
    }

    @Test
    void aManagedNeighbourIsFollowedToItsNewMacAddress() throws Exception {
        try (Rtnetlink rtnetlink = here.in(() -> Rtnetlink.open())) {
            peer.ip("link set p0 address 02:00:00:00:00:01");
            rtnetlink.manageNeighbour(rtnetlink.requireLink("h0").index(), PEER);
            awaitEvent(e -> hasMac(e, 0x0200_0000_0001L));
            peer.ip("link set p0 address 02:00:00:00:00:02");
            // As an address that moves to another host says of itself.
            peer.in(() -> PEER.isReachable(1));
            peer.in(() -> InetAddress.ofLiteral("10.67.0.1").isReachable(500));
            awaitEvent(e -> hasMac(e, 0x0200_0000_0002L));
        }
        awaitEvent(e ->
                e instanceof NeighbourChanged c
                        && c.address().equals(PEER)
                        && c.mac() == Link.NO_MAC
                        && c.state() == NeighbourState.NONE);
    }

    @Test
    void nothingNewTakesAsLongAsAsked() {
        long start;
        List<NetlinkEvent> late;
        do {
            start = System.nanoTime();
            late = monitor.poll(100);
        } while (!late.isEmpty());
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(99));
    }

    @Test
    void newsThatFindsNoRoomIsAnOverrunAndLaterNewsStillComes() throws Exception {
        try (RtnetlinkMonitor small = here.in(() -> RtnetlinkMonitor.open(1));
                Rtnetlink rtnetlink = here.in(() -> Rtnetlink.open())) {
            int h0 = rtnetlink.requireLink("h0").index();
            for (int i = 0; i < 200; i++) {
                InetAddress address = InetAddress.ofLiteral("10.80.0." + i);
                rtnetlink.addAddress(LinkAddress.of(h0, address, 32));
            }
            awaitEvent(small, new Overrun()::equals);
            while (!small.poll(0).isEmpty()) {}
            here.ip("addr add 10.67.0.9/32 dev h0");
            awaitEvent(small, e -> e instanceof AddressChanged c && is9(c));
        }
    }

    @Test
    void aMessageThatCannotBeReadCountsAsLostNews() {
        List<NetlinkEvent> events = new ArrayList<>();
        RtnetlinkMonitor.decode(ByteBuffer.wrap(new byte[20]), events);
        assertThat(events).containsExactly(new Overrun());
    }

    private void awaitEvent(Predicate<NetlinkEvent> wanted) {
        awaitEvent(monitor, wanted);
    }

    private static void awaitEvent(RtnetlinkMonitor from, Predicate<NetlinkEvent> wanted) {
        List<NetlinkEvent> seen = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (seen.stream().noneMatch(wanted)) {
            assertThat(System.nanoTime()).as("seen: %s", seen).isLessThan(deadline);
            seen.addAll(from.poll(100));
        }
    }

    private static boolean isH0(LinkChanged change) {
        return change.link().name().equals("h0");
    }

    private static boolean up(LinkChanged change) {
        return change.link().isLowerUp();
    }

    private static boolean is9(AddressChanged change) {
        return change.address().prefix().equals("10.67.0.9/32");
    }

    private static boolean hasMac(NetlinkEvent event, long mac) {
        return event instanceof NeighbourChanged change
                && change.address().equals(PEER)
                && change.mac() == mac;
    }
}
