package lb.director.overrides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lb.core.service.Gate;
import lb.core.service.Persistence;
import lb.core.service.Protocol;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.director.control.Change;
import lb.director.control.ControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** (configuration, overrides, change) to overrides, and these over the configuration. */
class ChangesTest {
    private static final String WEB = "10.0.0.100:80";
    private static final Change.Balancing WRR =
            new Change.Balancing("wrr", List.of(), 0, 32, false);

    private final List<ServiceDefinition> configured =
            new ArrayList<>(
                    List.of(
                            service("TCP", "10.0.0.100", 80, "10.0.0.1 1", "10.0.0.2 2"),
                            service("UDP", "10.0.0.100", 53, "10.0.0.1 1"),
                            service("TCP", "10.0.0.101", 53, "10.0.0.1 1"),
                            service("UDP", "10.0.0.101", 53, "10.0.0.1 1"),
                            service("TCP", "fd00::100", 80, "fd00::1 1")));
    private Overrides overrides = Overrides.NONE;
    private long nowNanos = Long.MAX_VALUE - 1;

    private static ServiceDefinition service(
            String protocol, String vip, int port, String... realServers) {
        List<RealServerDefinition> servers =
                Arrays.stream(realServers)
                        .map(text -> text.split(" "))
                        .map(parts ->
                                new RealServerDefinition(
                                        IpAddress.parse(parts[0]),
                                        port,
                                        Integer.parseInt(parts[1])))
                        .toList();
        return new ServiceDefinition(
                new ServiceKey(IpAddress.parse(vip), port, Protocol.valueOf(protocol)),
                "rr",
                Set.of(),
                servers);
    }

    private void make(Change... changes) throws ControlException {
        for (Change change : changes) {
            overrides = Changes.apply(change, configured, overrides, nowNanos);
        }
    }

    private List<ServiceDefinition> wanted() {
        return overrides.on(configured, _ -> Gate.ALWAYS_OPEN);
    }

    /** Such as {@code rr 10.0.0.1 1, 10.0.0.2 2 leaving 10.0.0.3}; null when it is not there. */
    private String wanted(String vip, int port) {
        return wanted().stream()
                .filter(service ->
                        service.key().address().toString().equals(vip)
                                && service.key().port() == port)
                .map(service ->
                        service.scheduler()
                                + " "
                                + String.join(
                                        ", ",
                                        service.realServers().stream()
                                                .map(server ->
                                                        server.address() + " " + server.weight())
                                                .toList())
                                + (service.leaving().isEmpty()
                                        ? ""
                                        : " leaving " + service.leaving()))
                .findFirst()
                .orElse(null);
    }

    private List<String> lostOver(List<ServiceDefinition> changed) {
        List<String> lost = new ArrayList<>();
        overrides = overrides.over(changed, lost);
        configured.clear();
        configured.addAll(changed);
        return lost;
    }

    @Test
    void withoutChangesTheConfigurationIsWhatIsWanted() {
        assertThat(wanted()).isEqualTo(configured);
    }

    @Test
    void drainIsWeightZeroUntilItIsTakenBack() throws Exception {
        make(new Change.Drain(WEB, "10.0.0.2", null));
        assertThat(wanted("10.0.0.100", 80)).isEqualTo("rr 10.0.0.1 1, 10.0.0.2 0");
        assertThat(overrides.at(nowNanos + TimeUnit.DAYS.toNanos(400))).isEqualTo(overrides);
        make(new Change.Undrain(WEB, "10.0.0.2"));
        assertThat(overrides).isEqualTo(Overrides.NONE);
    }

    @Test
    void aDeadlineRemovesWhatDrainsAndEndsWhatLeaves() throws Exception {
        make(new Change.Drain(WEB, "10.0.0.1", 30L), new Change.RemoveServer(WEB, "10.0.0.2", 60));
        assertThat(wanted("10.0.0.100", 80)).isEqualTo("rr 10.0.0.1 0 leaving [10.0.0.2]");
        overrides = overrides.at(nowNanos + TimeUnit.SECONDS.toNanos(30) - 1);
        assertThat(wanted("10.0.0.100", 80)).isEqualTo("rr 10.0.0.1 0 leaving [10.0.0.2]");
        overrides = overrides.at(nowNanos + TimeUnit.SECONDS.toNanos(30));
        assertThat(wanted("10.0.0.100", 80)).isEqualTo("rr  leaving [10.0.0.2]");
        overrides = overrides.at(nowNanos + TimeUnit.SECONDS.toNanos(60));
        assertThat(wanted("10.0.0.100", 80)).isEqualTo("rr ");
        make(new Change.ClearOverrides("tcp:10.0.0.100", null));
        assertThat(wanted()).isEqualTo(configured);
    }

    @Test
    void aWeightStaysOverAReloadAndGoesWithItsRealServer() throws Exception {
        make(new Change.SetWeight(WEB, "10.0.0.2", 7), new Change.Drain(WEB, "10.0.0.1", null));
        List<ServiceDefinition> reloaded = new ArrayList<>(configured);
        reloaded.set(0, service("TCP", "10.0.0.100", 80, "10.0.0.2 3", "10.0.0.9 1"));
        assertThat(lostOver(reloaded))
                .containsExactly("the override of 10.0.0.1 in TCP 10.0.0.100:80 goes with it");
        assertThat(wanted("10.0.0.100", 80)).isEqualTo("rr 10.0.0.2 7, 10.0.0.9 1");
        assertThat(lostOver(reloaded.subList(1, 5)))
                .containsExactly("the overrides of TCP 10.0.0.100:80 go with it");
        assertThat(overrides).isEqualTo(Overrides.NONE);
    }

    @Test
    void aRealServerThatWasAddedCanBeWeighedDrainedAndRemoved() throws Exception {
        make(new Change.AddServer(WEB, "10.0.0.3:80", 5, 20, 10));
        assertThat(wanted("10.0.0.100", 80)).isEqualTo("rr 10.0.0.1 1, 10.0.0.2 2, 10.0.0.3 5");
        make(new Change.SetWeight(WEB, "10.0.0.3", 6), new Change.Drain(WEB, "10.0.0.3", 1L));
        assertThat(wanted("10.0.0.100", 80)).endsWith("10.0.0.3 0");
        make(new Change.Undrain(WEB, "10.0.0.3"));
        assertThat(wanted().getFirst().realServers().getLast())
                .isEqualTo(new RealServerDefinition(IpAddress.parse("10.0.0.3"), 80, 6, 20, 10));
        make(new Change.RemoveServer(WEB, "10.0.0.3", 0));
        assertThat(overrides).isEqualTo(Overrides.NONE);
    }

    @Test
    void aServiceComesWithoutRealServersAlsoWhereTheConfigurationHasSome() throws Exception {
        make(
                new Change.AddService("tcp:10.0.0.102:80", WRR),
                new Change.AddServer("10.0.0.102", "10.0.0.1", 4, 0, 0));
        assertThat(wanted("10.0.0.102", 80)).isEqualTo("wrr 10.0.0.1 4");
        assertThat(wanted()).hasSize(6);
        make(new Change.RemoveService(WEB), new Change.AddService("tcp:" + WEB, WRR));
        assertThat(wanted("10.0.0.100", 80)).isEqualTo("wrr ");
        make(new Change.RemoveAllServices());
        assertThat(wanted()).isEmpty();
        assertThat(lostOver(List.of())).isEmpty();
        assertThat(overrides).isEqualTo(Overrides.NONE);
    }

    @Test
    void anEditReplacesAllOfTheBalancingAndASchedulerItselfAlone() throws Exception {
        configured.set(
                0,
                new ServiceDefinition(
                        configured.getFirst().key(),
                        "rr",
                        Set.of(),
                        new Persistence(60, 24),
                        false,
                        List.of()));
        make(new Change.SetScheduler(WEB, "mh", List.of("mh-port")));
        assertThat(overrides.schedulerOf(configured.getFirst().key()))
                .isEqualTo(new SchedulerChoice("mh", Set.of("mh-port")));
        assertThat(wanted().getFirst().persistence()).isEqualTo(new Persistence(60, 24));
        make(new Change.EditService(WEB, WRR));
        assertThat(wanted().getFirst().scheduler()).isEqualTo("wrr");
        assertThat(wanted().getFirst().persistence().isOn()).isFalse();
    }

    @Test
    void timeoutsAddUpAndZeroLeavesOneAsItIs() throws Exception {
        make(new Change.SetTimeouts(0, 30, 0), new Change.SetTimeouts(100, 0, 0));
        assertThat(overrides.timeouts()).isEqualTo(new TimeoutsOverride(100, 30, 0));
        make(new Change.ClearOverrides(null, null));
        assertThat(overrides).isEqualTo(Overrides.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.100:80, TCP 10.0.0.100:80",
        "tcp:10.0.0.100, TCP 10.0.0.100:80",
        "UDP 10.0.0.100:53, UDP 10.0.0.100:53",
        "10.0.0.100:53, UDP 10.0.0.100:53",
        "udp:10.0.0.101, UDP 10.0.0.101:53",
        "fd00::100, TCP [fd00::100]:80",
        "'[fd00:0::100]:80', TCP [fd00::100]:80"
    })
    void aServiceIsFoundByAsMuchOfItsNameAsIsNeeded(String name, String expected) throws Exception {
        assertThat(
                        ServiceNames.find(
                                name, configured.stream().map(ServiceDefinition::key).toList()))
                .hasToString(expected);
    }

    private void refused(Change change, String... words) {
        Overrides before = overrides;
        assertThatThrownBy(() -> make(change))
                .isInstanceOf(ControlException.class)
                .message()
                .contains(words);
        assertThat(overrides).isEqualTo(before);
    }

    @Test
    void whatCannotBeDoneIsRefusedWithWhatThereIs() throws Exception {
        refused(
                new Change.Drain("10.0.0.9:80", "10.0.0.1", null),
                "no virtual service 10.0.0.9:80",
                "TCP 10.0.0.100:80, UDP 10.0.0.100:53");
        refused(
                new Change.Drain("10.0.0.101:53", "10.0.0.1", null),
                "could be any of",
                "TCP 10.0.0.101:53, UDP 10.0.0.101:53",
                "tcp:10.0.0.101:53");
        refused(
                new Change.Drain(WEB, "10.0.0.9", null),
                "no real server 10.0.0.9",
                "10.0.0.1, 10.0.0.2");
        refused(new Change.Drain(WEB, "10.0.0.1:81", null), "must have port 80");
        refused(new Change.Drain(WEB, "fd00::1", null), "not of one address family");
        refused(new Change.Drain(WEB, "10.0.0.1", -1L), "deadline of -1 s");
        refused(new Change.Drain("web", "10.0.0.1", null), "'web' is not an IPv4 or IPv6");
        refused(new Change.Drain("10.0.0.100:99999999999", "x", null), "a port is 0 to 65535");
        refused(new Change.SetWeight(WEB, "10.0.0.1", 65_536), "weight 65536 is not in 0..65535");
        refused(new Change.AddServer(WEB, "10.0.0.1", 1, 0, 0), "has the real server 10.0.0.1");
        refused(new Change.AddServer(WEB, "10.0.0.3", 1, 5, 6), "lower threshold 6 is above");
        refused(new Change.AddService("tcp:10.0.0.100:80", WRR), "is there already");
        refused(new Change.AddService("10.0.0.100:81", WRR), "needs its protocol and port");
        refused(
                new Change.AddService("tcp:10.0.0.100:0", WRR),
                "port 0, which means all ports, needs persistence");
        refused(new Change.Undrain(WEB, "10.0.0.1"), "10.0.0.1 in TCP 10.0.0.100:80 is not being");
        refused(new Change.ClearOverrides(WEB, null), "no virtual service", "there are: none");
        refused(new Change.SetTimeouts(-1, 0, 0), "a timeout of -1 s");
    }
}
