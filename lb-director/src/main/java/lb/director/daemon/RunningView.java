package lb.director.daemon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import lb.core.channel.PacketChannel;
import lb.core.connection.ConnectionTable;
import lb.core.director.VerdictCounters;
import lb.core.fragment.HeldCounters;
import lb.core.service.NextHop;
import lb.core.service.ServiceTable;
import lb.core.wire.IpAddress;
import lb.core.wire.MacAddress;
import lb.director.control.DirectorStatus;
import lb.director.control.DirectorView;
import lb.director.control.InterfaceReport;
import lb.director.control.NeighbourReport;
import lb.director.control.OverrideReport;
import lb.director.control.Version;
import lb.director.control.VrrpReport;
import lb.director.overrides.OverrideReports;
import org.jspecify.annotations.Nullable;

/** What the control socket shows of a director, which may still be starting. Any thread. */
final class RunningView implements DirectorView {
    private final String configurationFile;
    private volatile @Nullable DirectorDaemon running;
    private volatile long readyNanos;

    RunningView(String configurationFile) {
        this.configurationFile = configurationFile;
    }

    void show(DirectorDaemon daemon) {
        readyNanos = System.nanoTime();
        running = daemon;
    }

    DirectorDaemon daemon() {
        DirectorDaemon daemon = running;
        if (daemon == null) {
            throw new IllegalStateException("the director is still starting; ask again");
        }
        return daemon;
    }

    @Override
    public ServiceTable services() {
        return daemon().services();
    }

    @Override
    public ConnectionTable connections() {
        return daemon().connections();
    }

    @Override
    public List<VerdictCounters> verdicts() {
        return daemon().workers().verdicts();
    }

    @Override
    public List<HeldCounters> heldFragments() {
        return daemon().workers().heldFragments();
    }

    @Override
    public List<InterfaceReport> interfaces() {
        Map<String, InterfaceReport> byName = new LinkedHashMap<>();
        List<String> ingress = daemon().interfaceNames();
        for (PacketChannel channel : daemon().workers().channels()) {
            String name = channel.link().name();
            byName.merge(name, report(channel, ingress.contains(name)), RunningView::sum);
        }
        return new ArrayList<>(byName.values());
    }

    private static InterfaceReport report(PacketChannel channel, boolean ingress) {
        return new InterfaceReport(
                channel.link().name(),
                ingress ? "in and out" : "out",
                channel.framesReceived(),
                channel.framesTransmitted(),
                channel.transmitFull() + channel.transmitDiscarded(),
                channel.ringLosses());
    }

    private static InterfaceReport sum(InterfaceReport a, InterfaceReport b) {
        return new InterfaceReport(
                a.name(),
                a.role(),
                a.framesReceived() + b.framesReceived(),
                a.framesTransmitted() + b.framesTransmitted(),
                a.transmitFull() + b.transmitFull(),
                a.ringLosses() + b.ringLosses());
    }

    @Override
    public List<NeighbourReport> neighbours() {
        return daemon().neighbours().stream()
                .map(report ->
                        new NeighbourReport(
                                IpAddress.of(report.address()).toString(),
                                report.interfaceName().orElse(null),
                                report.via().map(via -> IpAddress.of(via).toString()).orElse(null),
                                report.nextHop()
                                        .map(NextHop::mac)
                                        .map(MacAddress::text)
                                        .orElse(null),
                                report.nextHop().isPresent() ? "resolved" : report.problem()))
                .toList();
    }

    @Override
    public VrrpReport vrrp() {
        return daemon().vrrp();
    }

    @Override
    public List<OverrideReport> overrides() {
        return OverrideReports.of(daemon().overrides(), System.nanoTime());
    }

    @Override
    public DirectorStatus status() {
        return new DirectorStatus(
                Version.current(),
                ProcessHandle.current().pid(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - readyNanos),
                daemon().workers().count(),
                daemon().ring(),
                configurationFile,
                daemon().vips().stream().sorted().toList());
    }
}
