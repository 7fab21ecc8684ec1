package lb.bench.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.vrrp.wire.AdvertCheck;
import lb.vrrp.wire.AdvertEncoder;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.AdvertVerdict;
import lb.vrrp.wire.AdvertView;
import lb.vrrp.wire.VrrpVersion;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A VRRP advert as a whole frame: written, and read with all its checks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class AdvertCodec {
    private static final int PRIORITY = 150;
    private static final int ROOM = 1600;

    /** Version and address family. */
    @Param({"v2", "v3-ipv4", "v3-ipv6"})
    public String version = "";

    /** VIPs in the advert. */
    @Param({"1", "20"})
    public int vips;

    private final long sent = Memory.allocateForever(ROOM);
    private final long heard = Memory.allocateForever(ROOM);
    private final AdvertView view = new AdvertView();
    private AdvertEncoder encoder;
    private AdvertCheck check;
    private int length;

    /** Writes the advert that is heard. */
    @Setup
    public void build() {
        boolean ipv6 = version.equals("v3-ipv6");
        List<IpAddress> addresses =
                Stream.iterate(100, i -> i + 1)
                        .limit(vips)
                        .map(i -> IpAddress.parse((ipv6 ? "fe80::" : "10.9.0.") + i))
                        .toList();
        AdvertFormat format =
                AdvertFormat.of(
                                version.equals("v2") ? VrrpVersion.V2 : VrrpVersion.V3,
                                51,
                                addresses)
                        .build();
        encoder = new AdvertEncoder(format, IpAddress.parse(ipv6 ? "fe80::1" : "10.9.0.1"), 2);
        check = new AdvertCheck(format, List.of());
        length = encoder.frame(heard, PRIORITY);
    }

    /** Writes one. */
    @Benchmark
    public int encode() {
        return encoder.frame(sent, PRIORITY);
    }

    /** Reads one. */
    @Benchmark
    public AdvertVerdict decode() {
        view.readFrame(heard, length);
        return check.check(view);
    }

    /** Whether it was what it says. */
    @TearDown
    public void verify() {
        if (decode() != AdvertVerdict.ACCEPTED) {
            throw new IllegalStateException("an advert of ours is not accepted: " + decode());
        }
    }
}
