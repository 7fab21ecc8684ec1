package lb.vrrp.speaker;

import static lb.vrrp.speaker.Segment.await;
import static lb.vrrp.speaker.Segment.counter;
import static lb.vrrp.speaker.Segment.instance;
import static lb.vrrp.speaker.Segment.state;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.linux.PacketInterface;
import lb.core.linux.PacketSocket;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.core.wire.VnetHeader;
import lb.vrrp.automaton.Action.Announce;
import lb.vrrp.wire.GratuitousArp;
import org.junit.jupiter.api.Test;

/** An Active on real sockets, and somebody at the other end of the cable who has its VIP, too. */
class ClaimWatchTest {
    private static final long INTERVAL_NANOS = 50_000_000L;
    private static final VrrpInstance INSTANCE = instance(51, 150, INTERVAL_NANOS);
    private static final IpAddress VIP = IpAddress.ofIpv4(Segment.VIP.ipv4() + 51);
    private static final long STRANGER = 0x02_00_00_00_00_99L;
    private static final int ROOM = 256;

    /** In 3 s: after two intervals, and 0.25 s, 1 s and 3 s later. */
    private static final int ROUNDS_IN_THREE_SECONDS = 4;

    private final Segment.Diary diary = new Segment.Diary();

    @Test
    void aKernelThatHasTheVipAnswersTheProbeAndIsAnsweredAtALimitedRate() throws Exception {
        try (Segment segment = new Segment()) {
            Speaker speaker = active(segment);
            assertThat(counter(speaker, "vip_probes_sent")).isPositive();
            assertThat(counter(speaker, "vip_claims_by_others")).isZero();
            diary.actions.clear();

            segment.ip("b", "address", "add", VIP + "/32", "dev", Segment.LINK);
            await("it is noticed", () -> counter(speaker, "vip_claims_by_others") > 0);
            await("the VIPs are announced", () -> announcements() > 0);
            Segment.sleep(2_500);
            assertThat(announcements()).isBetween(2L, (long) ROUNDS_IN_THREE_SECONDS);
            assertThat(counter(speaker, "vip_claims_by_others")).isGreaterThan(5);

            segment.ip("b", "address", "del", VIP + "/32", "dev", Segment.LINK);
            Segment.sleep(300);
            long claims = counter(speaker, "vip_claims_by_others");
            Segment.sleep(500);
            assertThat(counter(speaker, "vip_claims_by_others")).isEqualTo(claims);
            assertThat(state(speaker)).isEqualTo("MASTER");
        }
    }

    @Test
    void ownAnswersAndOtherAddressesAreNobodysClaim() throws Exception {
        try (Segment segment = new Segment()) {
            Speaker speaker = active(segment);
            diary.actions.clear();
            long own = segment.in("a", () -> PacketInterface.named(Segment.LINK).mac());
            try (PacketSocket sender = sender(segment);
                    Memory.Scratch memory = Memory.scratch(ROOM)) {
                sendClaim(sender, memory.address(), own, VIP);
                sendClaim(sender, memory.address(), STRANGER, Segment.VIP);
                Segment.sleep(300);
                assertThat(counter(speaker, "vip_claims_by_others")).isZero();
                assertThat(announcements()).isZero();
                sendClaim(sender, memory.address(), STRANGER, VIP);
                await("a real one is", () -> counter(speaker, "vip_claims_by_others") == 1);
            }
        }
    }

    @Test
    void aBackupDoesNotMindThatTheActiveHasTheVip() throws Exception {
        try (Segment segment = new Segment()) {
            active(segment);
            Speaker backup =
                    segment.speaker(
                            "b",
                            List.of(instance(51, 100, INTERVAL_NANOS)),
                            SpeakerSettings.withoutDataPlane(),
                            new Segment.Diary());
            await("it is Backup", () -> state(backup).equals("BACKUP"));
            try (PacketSocket sender =
                            segment.in(
                                    "a",
                                    () ->
                                            PacketSocket.sender(
                                                    PacketInterface.named(Segment.LINK)));
                    Memory.Scratch memory = Memory.scratch(ROOM)) {
                sendClaim(sender, memory.address(), STRANGER, VIP);
                Segment.sleep(200);
            }
            assertThat(counter(backup, "vip_claims_by_others")).isZero();
            assertThat(counter(backup, "vip_probes_sent")).isZero();
        }
    }

    @Test
    void aFloodOfClaimsGoodAndBadNeitherDelaysAdvertsNorIsItAnsweredByOne() throws Exception {
        try (Segment segment = new Segment();
                Stranger stranger = new Stranger(segment, "b", Segment.B, INSTANCE)) {
            Speaker speaker = active(segment);
            await("it is heard", () -> stranger.heard.get() > 0);
            diary.actions.clear();
            stranger.longestGapNanos.set(0);
            long seed = System.nanoTime();
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            long sent = 0;
            try (PacketSocket sender = sender(segment);
                    Memory.Scratch memory = Memory.scratch(ROOM)) {
                long begin = System.nanoTime();
                while (System.nanoTime() - begin < 2_000_000_000L) {
                    int length = write(memory.address(), STRANGER, VIP);
                    if (sent % 2 == 1) {
                        // Not the sender's address, by which the kernel chooses.
                        long at = memory.address() + VnetHeader.LENGTH + 14 + random.nextInt(6);
                        Memory.putU8(at, Memory.u8(at) ^ 1 << random.nextInt(8));
                    }
                    send(sender, memory.address(), length);
                    sent++;
                    java.util.concurrent.locks.LockSupport.parkNanos(20_000);
                }
            }
            assertThat(sent).as("seed %d", seed).isGreaterThan(1_000);
            assertThat(counter(speaker, "vip_claims_by_others")).isGreaterThan(100);
            assertThat(counter(speaker, "vip_claims_malformed")).isGreaterThan(100);
            assertThat(announcements()).isBetween(1L, (long) ROUNDS_IN_THREE_SECONDS);
            assertThat(stranger.longestGapNanos.get()).isLessThan(1_500_000_000L);
            assertThat(state(speaker)).isEqualTo("MASTER");
        }
    }

    private Speaker active(Segment segment) throws Exception {
        Speaker speaker =
                segment.speaker("a", List.of(INSTANCE), SpeakerSettings.withoutDataPlane(), diary);
        await("it is Active", () -> state(speaker).equals("MASTER"));
        await("it asks", () -> counter(speaker, "vip_probes_sent") > 0);
        return speaker;
    }

    private static PacketSocket sender(Segment segment) throws Exception {
        return segment.in("b", () -> PacketSocket.sender(PacketInterface.named(Segment.LINK)));
    }

    private static void sendClaim(PacketSocket sender, long memory, long mac, IpAddress address) {
        send(sender, memory, write(memory, mac, address));
    }

    private static int write(long memory, long mac, IpAddress address) {
        VnetHeader.clear(memory + VnetHeader.LENGTH);
        return GratuitousArp.write(memory + VnetHeader.LENGTH, mac, address.ipv4());
    }

    private static void send(PacketSocket sender, long memory, int length) {
        int _ = sender.send(memory, VnetHeader.LENGTH + length);
    }

    private long announcements() {
        return diary.actions.stream().filter(Announce.class::isInstance).count();
    }
}
