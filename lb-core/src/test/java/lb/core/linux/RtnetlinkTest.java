package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import lb.core.linux.TrafficFilter.Hook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The running kernel's tables in two namespaces joined by a veth pair. */
class RtnetlinkTest {
    private LabNamespace here;
    private LabNamespace peer;
    private Rtnetlink rtnetlink;
    private int link;

    @BeforeEach
    void joinThem() throws Exception {
        here = LabNamespace.create();
        peer = LabNamespace.create();
        LabNamespace.join(here, "h0", peer, "p0");
        here.ip("addr add 10.67.0.1/24 dev h0");
        here.ip("addr add fd67::1/64 dev h0 nodad");
        peer.ip("addr add 10.67.0.2/24 dev p0");
        peer.ip("addr add fd67::2/64 dev p0 nodad");
        rtnetlink = here.in(() -> Rtnetlink.open());
        link = rtnetlink.requireLink("h0").index();
    }

    @AfterEach
    void removeThem() throws Exception {
        if (rtnetlink != null) {
            rtnetlink.close();
        }
        if (here != null) {
            here.close();
        }
        if (peer != null) {
            peer.close();
        }
    }

    @Test
    void linksTellNameMacMtuFlagsAndKind() throws Exception {
        here.ip("link set h0 address 02:00:00:00:00:07 mtu 1400");
        Link h0 = rtnetlink.requireLink("h0");
        assertThat(h0.mac()).isEqualTo(0x0200_0000_0007L);
        assertThat(h0.mtu()).isEqualTo(1400);
        assertThat(h0.kind()).isEqualTo("veth");
        assertThat(h0.isUp()).isTrue();
        assertThat(h0.isLowerUp()).isTrue();
        assertThat(rtnetlink.link(h0.index())).hasValue(h0);
        assertThat(rtnetlink.links()).extracting(Link::name).contains("lo", "h0");
    }

    @Test
    void anUnknownLinkIsAbsentOrNamed() {
        assertThat(rtnetlink.link("nosuch0")).isEmpty();
        assertThat(rtnetlink.link("a-name-longer-than-any-interface-has")).isEmpty();
        assertThat(rtnetlink.link(9999)).isEmpty();
        assertThat(rtnetlink.linkName(9999)).isEqualTo("interface 9999");
        assertThatThrownBy(() -> rtnetlink.requireLink("nosuch0"))
                .hasMessage("RTM_GETLINK(nosuch0): No such device (errno 19)");
    }

    @Test
    void anAddressIsAddedOnceListedAndDeletedOnce() throws Exception {
        LinkAddress vip =
                LinkAddress.of(link, ip("10.67.0.100"), 32)
                        .withLabel("h0:vip")
                        .withScope(253)
                        .withBroadcast(ip("10.67.0.255"));
        assertThat(rtnetlink.addAddress(vip)).isTrue();
        assertThat(rtnetlink.addAddress(vip)).isFalse();
        assertThat(here.ip("addr show dev h0"))
                .contains("inet 10.67.0.100/32 brd 10.67.0.255 scope link h0:vip");
        LinkAddress found = find(vip).orElseThrow();
        assertThat(found.prefix()).isEqualTo("10.67.0.100/32");
        assertThat(found.isLeased()).isFalse();
        assertThat(found.label()).isEqualTo("h0:vip");
        assertThat(rtnetlink.deleteAddress(vip)).isTrue();
        assertThat(rtnetlink.deleteAddress(vip)).isFalse();
    }

    @Test
    void aPrefixRouteIsLeftOutOnRequest() throws Exception {
        rtnetlink.addAddress(LinkAddress.of(link, ip("10.68.0.1"), 24));
        rtnetlink.addAddress(LinkAddress.of(link, ip("10.69.0.1"), 24).withoutPrefixRoute());
        assertThat(here.ip("route show")).contains("10.68.0.0/24").doesNotContain("10.69.0.0/24");
        assertThat(find(LinkAddress.of(link, ip("10.69.0.1"), 24)).orElseThrow().lacksPrefixRoute())
                .isTrue();
    }

    @Test
    void leasedAddressesVanishByThemselvesAndStayWhenRefreshed() throws Exception {
        List<LinkAddress> abandoned =
                List.of(leased(ip("10.67.0.101"), 32), leased(ip("fd67::101"), 128));
        List<LinkAddress> refreshed =
                List.of(leased(ip("10.67.0.102"), 32), leased(ip("fd67::102"), 128));
        abandoned.forEach(rtnetlink::addAddress);
        for (int tenths = 0; tenths < 45; tenths += 5) {
            refreshed.forEach(rtnetlink::replaceAddress);
            Thread.sleep(500);
        }
        assertThat(abandoned).noneMatch(address -> find(address).isPresent());
        assertThat(refreshed).allMatch(address -> find(address).orElseThrow().isLeased());
    }

    @Test
    void aRefusedAddressNamesItselfAndItsInterfaceAndTheKernelsReason() {
        LinkAddress wrong = LinkAddress.of(link, ip("10.67.0.100"), 32).withLabel("x".repeat(40));
        assertThatThrownBy(() -> rtnetlink.addAddress(wrong))
                .isInstanceOf(KernelException.class)
                .hasMessageStartingWith("RTM_NEWADDR(10.67.0.100/32 on h0): ")
                .hasMessageContaining("Attribute failed policy validation");
        LinkAddress nowhere = LinkAddress.of(9999, ip("10.67.0.100"), 32);
        assertThatThrownBy(() -> rtnetlink.addAddress(nowhere))
                .hasMessageStartingWith("RTM_NEWADDR(10.67.0.100/32 on interface 9999): ")
                .extracting(e -> ((KernelException) e).errno())
                .isEqualTo(Errno.ENODEV);
        assertThat(rtnetlink.deleteAddress(nowhere)).isFalse();
    }

    @Test
    void routesAreOnLinkByAGatewayLocalOrAbsent() throws Exception {
        here.ip("route add 10.70.0.0/16 via 10.67.0.2");
        here.ip("-6 route add fd70::/64 via fd67::2");
        here.ip("route add blackhole 10.71.0.0/16");
        here.ip("route add prohibit 10.72.0.0/16");
        here.ip("route add unreachable 10.73.0.0/16");
        here.ip("-6 route add blackhole fd71::/64");
        assertThat(rtnetlink.route(ip("10.67.0.9")))
                .hasValue(new Route(link, ip("10.67.0.9"), ip("10.67.0.1"), false));
        assertThat(rtnetlink.route(ip("10.70.1.1")))
                .hasValue(new Route(link, ip("10.67.0.2"), ip("10.67.0.1"), false));
        assertThat(rtnetlink.route(ip("fd67::9")).orElseThrow().nextHop()).isEqualTo(ip("fd67::9"));
        assertThat(rtnetlink.route(ip("fd70::9")).orElseThrow().nextHop()).isEqualTo(ip("fd67::2"));
        assertThat(rtnetlink.route(ip("fd70::9"), link).orElseThrow().source())
                .isEqualTo(ip("fd67::1"));
        assertThat(rtnetlink.route(ip("10.67.0.1")).orElseThrow().isLocal()).isTrue();
        assertThat(rtnetlink.route(ip("fd67::1")).orElseThrow().isLocal()).isTrue();
        for (String nowhere :
                new String[] {
                    "192.0.2.1", "10.71.0.1", "10.72.0.1", "10.73.0.1", "fd71::1", "2001:db8::1"
                }) {
            assertThat(rtnetlink.route(ip(nowhere))).as(nowhere).isEmpty();
        }
    }

    @Test
    void aRouteThroughAGatewayOfTheOtherFamilyHasItAsNextHop() throws Exception {
        here.ip("route add 10.74.0.0/16 via inet6 fd67::2");
        assertThat(rtnetlink.route(ip("10.74.0.1")).orElseThrow().nextHop())
                .isEqualTo(ip("fd67::2"));
    }

    @Test
    void managedNeighboursResolveAndAreGoneAfterRelease() throws Exception {
        long mac = peerMac();
        for (String text : new String[] {"10.67.0.2", "fd67::2"}) {
            InetAddress address = ip(text);
            assertThat(rtnetlink.manageNeighbour(link, address)).isEqualTo(NeighbourUpkeep.MANAGED);
            await(() -> rtnetlink.neighbour(link, address).orElseThrow().isResolved());
            assertThat(rtnetlink.neighbour(link, address).orElseThrow().mac()).isEqualTo(mac);
            assertThat(rtnetlink.releaseNeighbour(link, address)).isTrue();
            assertThat(rtnetlink.releaseNeighbour(link, address)).isFalse();
            assertThat(rtnetlink.neighbour(link, address)).isEmpty();
        }
    }

    @Test
    void closingLeavesNoManagedNeighbour() throws Exception {
        rtnetlink.manageNeighbour(link, ip("10.67.0.2"));
        rtnetlink.manageNeighbour(link, ip("10.67.0.77"));
        assertThat(here.ip("neigh show")).contains("10.67.0.77").contains("managed");
        rtnetlink.close();
        assertThat(here.ip("neigh show")).doesNotContain("10.67.0.");
    }

    @Test
    void whatADeadOneManagedIsReleasedAndNothingElse() throws Exception {
        try (Rtnetlink dead = here.in(() -> Rtnetlink.open())) {
            dead.manageNeighbour(link, ip("10.67.0.2"));
            dead.manageNeighbour(link, ip("10.67.0.77"));
            here.ip("neigh add 10.67.0.50 dev h0 managed");
            rtnetlink.manageNeighbour(link, ip("10.67.0.2"));

            assertThat(rtnetlink.releaseStaleNeighbours())
                    .extracting(Neighbour::address)
                    .containsExactly(ip("10.67.0.77"));
            assertThat(here.ip("neigh show"))
                    .contains("10.67.0.2 ", "10.67.0.50")
                    .doesNotContain("10.67.0.77");
            assertThat(rtnetlink.releaseStaleNeighbours()).isEmpty();
        }
    }

    @Test
    void aPermanentNeighbourIsLeftAsItIs() throws Exception {
        here.ip("neigh add 10.67.0.50 lladdr 02:00:00:00:00:50 dev h0 nud permanent");
        assertThat(rtnetlink.manageNeighbour(link, ip("10.67.0.50")))
                .isEqualTo(NeighbourUpkeep.BY_HAND);
        assertThat(rtnetlink.releaseNeighbour(link, ip("10.67.0.50"))).isFalse();
        assertThat(here.ip("neigh show")).contains("10.67.0.50").contains("PERMANENT");
    }

    @Test
    void clsactIsMadeOnceAndDeletedOnce() {
        assertThat(rtnetlink.linksWithIngress()).isEmpty();
        assertThat(rtnetlink.addClsact(link)).isTrue();
        assertThat(rtnetlink.addClsact(link)).isFalse();
        assertThat(rtnetlink.linksWithIngress()).containsExactly(link);
        assertThat(rtnetlink.deleteClsact(link)).isTrue();
        assertThat(rtnetlink.deleteClsact(link)).isFalse();
        assertThat(rtnetlink.filters(link, Hook.INGRESS)).isEmpty();
        assertThat(rtnetlink.filters(9999, Hook.INGRESS)).isEmpty();
    }

    @Test
    void filtersAreAddedListedReplacedAndDeleted() {
        rtnetlink.addClsact(link);
        byte[] pass = new BpfAssembler().move(BpfAssembler.Register.R0, -1).exit().assemble();
        try (Descriptor program = Bpf.loadClassifier("pass", pass)) {
            rtnetlink.addFilter(link, 7, "one", program.fd());
            rtnetlink.addFilter(link, 7, "two", program.fd());
            List<TrafficFilter> filters = rtnetlink.filters(link, Hook.INGRESS);
            assertThat(filters)
                    .extracting(TrafficFilter::name)
                    .containsExactlyInAnyOrder("one", "two");
            TrafficFilter one =
                    filters.stream().filter(f -> f.name().equals("one")).findFirst().orElseThrow();
            assertThat(one.preference()).isEqualTo(7);
            assertThat(one.kind()).isEqualTo("bpf");
            assertThat(one.protocol()).isEqualTo(3);
            assertThat(one.isDirectAction()).isTrue();
            assertThat(one.programId()).isEqualTo(Bpf.programId(program));
            rtnetlink.replaceFilter(one, "three", program.fd());
            assertThat(rtnetlink.filters(link, Hook.INGRESS))
                    .extracting(TrafficFilter::name)
                    .containsExactlyInAnyOrder("three", "two");
            assertThat(rtnetlink.deleteFilter(one)).isTrue();
            assertThat(rtnetlink.deleteFilter(one)).isFalse();
        }
    }

    private long peerMac() throws Exception {
        try (Rtnetlink other = peer.in(() -> Rtnetlink.open())) {
            return other.requireLink("p0").mac();
        }
    }

    private LinkAddress leased(InetAddress address, int prefixLength) {
        return LinkAddress.of(link, address, prefixLength).leased(2, 2);
    }

    private Optional<LinkAddress> find(LinkAddress wanted) {
        return rtnetlink.addresses().stream()
                .filter(a -> a.linkIndex() == link && a.address().equals(wanted.address()))
                .findFirst();
    }

    static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("it happened within 40 s").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
