package lb.vrrp.automaton;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.vrrp.automaton.Event.AdvertReceived;
import lb.vrrp.automaton.Event.Startup;
import lb.vrrp.automaton.Event.TakeOver;
import lb.vrrp.wire.AdvertCheck;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.AdvertVerdict;
import lb.vrrp.wire.AdvertView;
import lb.vrrp.wire.Authentication;
import lb.vrrp.wire.Formats;
import lb.vrrp.wire.NativeFrame;
import lb.vrrp.wire.Recordings;
import lb.vrrp.wire.UnicastPeer;
import lb.vrrp.wire.VrrpVersion;
import org.junit.jupiter.api.Test;

/**
 * A million damaged recordings: a verdict for each, and no change of state that the rules do not
 * allow.
 */
class MutatedAdvertsTest {
    private static final long SEED = 20_260_701L;

    /** Processor time, not the wall's: other builds may run beside this one. */
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final int ROUNDS = 1_000_000;
    private static final int MAX_LENGTH = 1200;
    private static final IpAddress OWN4 = IpAddress.parse("10.9.0.2");
    private static final IpAddress OWN6 = IpAddress.parse("fe80::ff:fe00:2");

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final List<byte[]> vectors = new ArrayList<>(Recordings.vectors().values());
    private final NativeFrame memory = new NativeFrame();
    private final AdvertView view = new AdvertView();
    private final Map<AdvertVerdict, Integer> verdicts = new EnumMap<>(AdvertVerdict.class);
    private final byte[] frame = new byte[MAX_LENGTH];
    private long now;
    private int stepsDown;

    private record Receiver(AdvertFormat format, AdvertCheck check, VirtualRouter router) {}

    @Test
    void aMillionMutatedAdvertsNeitherThrowNorMoveTheAutomatonAgainstTheRules_case58() {
        List<Receiver> receivers = receivers();
        long start = THREADS.getCurrentThreadCpuTime();
        for (int round = 0; round < ROUNDS; round++) {
            int length = mutate();
            Receiver receiver = receivers.get(random.nextInt(receivers.size()));
            try {
                receive(receiver, length);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed "
                                + SEED
                                + ", round "
                                + round
                                + ", frame "
                                + HexFormat.of().formatHex(frame, 0, length),
                        e);
            }
        }
        assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start))
                .isLessThan(Duration.ofSeconds(20));
        assertThat(verdicts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(ROUNDS);
        // The test would prove little if damage never got past the first checks.
        assertThat(verdicts.get(AdvertVerdict.ACCEPTED)).isGreaterThan(10_000);
        assertThat(verdicts).hasSizeGreaterThanOrEqualTo(19);
        assertThat(stepsDown).isGreaterThan(100);
    }

    private void receive(Receiver receiver, int length) {
        now += random.nextInt(100_000_000);
        AdvertVerdict verdict = judge(receiver, length, 0x00);
        assertThat(judge(receiver, length, 0xff))
                .as("what lies behind the frame must not matter")
                .isEqualTo(verdict);
        verdicts.merge(verdict, 1, Integer::sum);
        if (verdict == AdvertVerdict.ACCEPTED) {
            checkAccepted(receiver.format(), length);
            checkAutomaton(receiver.router());
        }
    }

    private AdvertVerdict judge(Receiver receiver, int length, int behind) {
        memory.put(frame);
        for (int i = 0; i < 16; i++) {
            Memory.putU8(memory.address() + length + i, behind);
        }
        AdvertVerdict read = view.readFrame(memory.address(), length);
        return read == AdvertVerdict.UNCHECKED ? receiver.check().check(view) : read;
    }

    /** The rules once more, on the bytes themselves and in the plainest way. */
    private void checkAccepted(AdvertFormat format, int length) {
        boolean ipv4 = (frame[14] & 0xf0) == 0x40;
        int ip = 14;
        int header = ipv4 ? (frame[ip] & 0xf) * 4 : 40;
        int message = ip + header;
        int end = ipv4 ? ip + u16(ip + 2) : message + u16(ip + 4);
        assertThat(end).isLessThanOrEqualTo(length);
        assertThat(frame[message]).isEqualTo((byte) (format.version().number() << 4 | 1));
        assertThat(frame[message + 1]).isEqualTo((byte) 51);
        if (!format.isUnicast()) {
            assertThat(frame[ip + (ipv4 ? 8 : 7)]).isEqualTo((byte) 255);
        }
        int interval =
                format.version() == VrrpVersion.V2 ? frame[message + 5] : u16(message + 4) & 0xfff;
        assertThat(interval).isNotZero();
        long sum = 0;
        for (int at = message; at < end; at += 2) {
            sum += u16(at);
        }
        if (format.version() == VrrpVersion.V3) {
            int addresses = ipv4 ? 8 : 32;
            int first = ipv4 ? ip + 12 : ip + 8;
            for (int at = first; at < first + addresses; at += 2) {
                sum += u16(at);
            }
            sum += 112 + end - message;
        }
        assertThat(sum % 0xffff).isZero();
    }

    private void checkAutomaton(VirtualRouter router) {
        AdvertReceived heard =
                new AdvertReceived(
                        view.priority(), view.intervalNanos(), view.sourceHigh(), view.sourceLow());
        boolean wasActive = router.state() instanceof State.Active;
        boolean stronger =
                heard.priority() > router.priority()
                        || (heard.priority() == router.priority() && isHigher(heard));

        router.on(heard, now);

        boolean isActive = router.state() instanceof State.Active;
        assertThat(isActive).isEqualTo(wasActive && !stronger);
        assertThat(isActive || router.state() instanceof State.Backup).isTrue();
        if (wasActive && !isActive) {
            stepsDown++;
            router.on(new TakeOver(), now);
        } else if (!isActive && random.nextInt(8) == 0) {
            router.on(new TakeOver(), now);
        }
    }

    private static boolean isHigher(AdvertReceived heard) {
        IpAddress own = new IpAddress(heard.sourceHigh(), heard.sourceLow()).isIpv4() ? OWN4 : OWN6;
        byte[] source =
                new IpAddress(heard.sourceHigh(), heard.sourceLow()).toInetAddress().getAddress();
        return Arrays.compareUnsigned(source, own.toInetAddress().getAddress()) > 0;
    }

    private List<Receiver> receivers() {
        Authentication secret = Authentication.password("secret12");
        List<UnicastPeer> peers = List.of(UnicastPeer.of(IpAddress.parse("10.9.0.1")));
        return List.of(
                receiver(Formats.v2(), 120),
                receiver(Formats.v2().authentication(secret), 120),
                receiver(Formats.v2().unicastPeers(peers), 120),
                receiver(Formats.v3(), 150),
                receiver(Formats.v3().unicastPeers(peers).checkUnicastSource(true), 150),
                receiver(Formats.v6(), 150));
    }

    private static Receiver receiver(AdvertFormat.Builder builder, int priority) {
        AdvertFormat format = builder.build();
        IpAddress own = format.addresses().getFirst().isIpv4() ? OWN4 : OWN6;
        VirtualRouterSettings settings =
                VirtualRouterSettings.of(format.version()).priority(priority).build();
        VirtualRouter router = new VirtualRouter(settings, own);
        router.on(new Startup(), 0);
        return new Receiver(format, new AdvertCheck(format, List.of(own)), router);
    }

    /**
     * Damages a recorded frame in {@link #frame}; often repairs its checksum, so that the damage
     * gets further.
     */
    private int mutate() {
        byte[] vector = vectors.get(random.nextInt(vectors.size()));
        Arrays.fill(frame, (byte) 0);
        System.arraycopy(vector, 0, frame, 0, vector.length);
        int length = vector.length;
        for (int damage = random.nextInt(4); damage > 0; damage--) {
            switch (random.nextInt(6)) {
                case 0 -> length = random.nextInt(length + 1);
                case 1 -> length = Math.min(MAX_LENGTH - 32, length + random.nextInt(20));
                case 2 -> frame[random.nextInt(Math.max(1, length))] = (byte) random.nextInt(256);
                case 3 -> frame[14 + random.nextInt(48)] ^= (byte) (1 << random.nextInt(8));
                case 4 ->
                        frame[(vector[14] >>> 4 == 4 ? 34 : 54) + random.nextInt(8)] =
                                (byte) random.nextInt(256);
                default -> frame[vector[14] >>> 4 == 4 ? 36 : 56] = (byte) random.nextInt(256);
            }
        }
        if (random.nextBoolean()) {
            repair(length);
        }
        return length;
    }

    private void repair(int length) {
        boolean ipv4 = (frame[14] & 0xf0) == 0x40;
        int message = ipv4 ? 34 : 54;
        int end = Math.min(length, ipv4 ? 14 + u16(16) : message + u16(18));
        if (end < message + 8) {
            return;
        }
        frame[message + 6] = 0;
        frame[message + 7] = 0;
        long sum = 0;
        for (int at = message; at < end; at += 2) {
            sum += at + 1 < end ? u16(at) : (frame[at] & 0xff) << 8;
        }
        if ((frame[message] & 0xf0) == 0x30) {
            for (int at = ipv4 ? 26 : 22; at < message; at += 2) {
                sum += u16(at);
            }
            sum += 112 + end - message;
        }
        int checksum = 0xffff - (int) (sum % 0xffff);
        frame[message + 6] = (byte) (checksum >>> 8);
        frame[message + 7] = (byte) checksum;
    }

    private int u16(int at) {
        return (frame[at] & 0xff) << 8 | (frame[at + 1] & 0xff);
    }
}
