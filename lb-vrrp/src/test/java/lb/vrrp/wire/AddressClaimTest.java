package lb.vrrp.wire;

import static lb.vrrp.wire.AddressClaim.Verdict.CLAIM;
import static lb.vrrp.wire.AddressClaim.Verdict.MALFORMED;
import static lb.vrrp.wire.AddressClaim.Verdict.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.wire.Checksum;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.vrrp.wire.AddressClaim.Verdict;
import org.junit.jupiter.api.Test;

/** What counts as a claim of an address, and by whom. */
class AddressClaimTest {
    private static final long MAC = 0x02_00_00_00_00_02L;
    private static final IpAddress VIP = IpAddress.parse("10.9.0.100");
    private static final IpAddress VIP6 = IpAddress.parse("fd00:9::100");
    private static final int ICMP = 54;

    private final NativeFrame frame = new NativeFrame();
    private final AddressClaim claim = new AddressClaim();

    @Test
    void anArpReplyIsAClaimByItsSender() {
        assertThat(read(reply())).isEqualTo(CLAIM);
        assertThat(new IpAddress(claim.addressHigh(), claim.addressLow())).isEqualTo(VIP);
        assertThat(claim.mac()).isEqualTo(MAC);
    }

    @Test
    void soIsAGratuitousRequest() {
        int length = GratuitousArp.write(frame.address(), MAC, VIP.ipv4());
        assertThat(claim.read(frame.address(), length)).isEqualTo(CLAIM);
        assertThat(claim.mac()).isEqualTo(MAC);
    }

    @Test
    void anAnswerIsAReplyToOneMachineOrASolicitedAdvertisement() {
        byte[] reply = reply();
        assertThat(read(reply)).isEqualTo(CLAIM);
        assertThat(claim.isAnswer()).as("reply to one").isTrue();
        java.util.Arrays.fill(reply, 0, 6, (byte) 0xff);
        assertThat(read(reply)).isEqualTo(CLAIM);
        assertThat(claim.isAnswer()).as("reply to all").isFalse();
        int length = GratuitousArp.write(frame.address(), MAC, VIP.ipv4());
        assertThat(claim.read(frame.address(), length)).isEqualTo(CLAIM);
        assertThat(claim.isAnswer()).as("gratuitous request").isFalse();

        assertThat(claim.read(frame.address(), advertisement())).isEqualTo(CLAIM);
        assertThat(claim.isAnswer()).as("to all nodes").isFalse();
        advertisement();
        Memory.putU8(frame.address() + 38, 0xfe);
        assertThat(solicited()).isEqualTo(CLAIM);
        assertThat(claim.isAnswer()).as("solicited").isTrue();
    }

    private Verdict solicited() {
        Memory.putU8(frame.address() + ICMP + 4, 0x60);
        seal(32);
        return claim.read(frame.address(), 86);
    }

    @Test
    void arpThatBreaksTheRulesIsMalformed() {
        assertThat(changed(14, 6)).as("hardware type").isEqualTo(MALFORMED);
        assertThat(changed(16, 9)).as("protocol type").isEqualTo(MALFORMED);
        assertThat(changed(18, 8)).as("hardware length").isEqualTo(MALFORMED);
        assertThat(changed(19, 16)).as("protocol length").isEqualTo(MALFORMED);
        assertThat(changed(21, 3)).as("operation").isEqualTo(MALFORMED);
        byte[] nobody = reply();
        java.util.Arrays.fill(nobody, 22, 28, (byte) 0);
        assertThat(read(nobody)).as("no MAC address").isEqualTo(MALFORMED);
    }

    private Verdict changed(int at, int value) {
        byte[] bytes = reply();
        bytes[at] = (byte) value;
        return read(bytes);
    }

    @Test
    void whatIsTooShortOrSomethingElseIsOther() {
        byte[] reply = reply();
        for (int length = 0; length < reply.length; length++) {
            assertThat(read(java.util.Arrays.copyOf(reply, length))).isEqualTo(OTHER);
        }
        reply[13] = 0x35;
        assertThat(read(reply)).isEqualTo(OTHER);
    }

    @Test
    void aNeighbourAdvertisementIsAClaimByItsOptionOrElseByWhoSentIt() {
        assertThat(claim.read(frame.address(), advertisement())).isEqualTo(CLAIM);
        assertThat(new IpAddress(claim.addressHigh(), claim.addressLow())).isEqualTo(VIP6);
        assertThat(claim.mac()).isEqualTo(MAC);

        advertisement();
        Memory.putU48(frame.address() + 6, 7);
        assertThat(claim.read(frame.address(), 86)).isEqualTo(CLAIM);
        assertThat(claim.mac()).as("of the option").isEqualTo(MAC);

        advertisement();
        Memory.putU16(frame.address() + 18, 24);
        seal(24);
        assertThat(claim.read(frame.address(), 86)).isEqualTo(CLAIM);
        assertThat(claim.mac()).as("of the frame").isEqualTo(MAC);
    }

    @Test
    void anAdvertisementThatBreaksTheRulesIsMalformed() {
        assertThat(advertisementWith(21, 64)).as("hop limit").isEqualTo(MALFORMED);
        assertThat(advertisementWith(ICMP + 1, 1)).as("code").isEqualTo(MALFORMED);
        assertThat(advertisementWith(ICMP + 4, 0x60)).as("solicited to all").isEqualTo(MALFORMED);
        assertThat(advertisementWith(ICMP + 8, 0xff)).as("a group").isEqualTo(MALFORMED);
        assertThat(advertisementWith(ICMP + 25, 0)).as("option of 0").isEqualTo(MALFORMED);
        assertThat(advertisementWith(ICMP + 25, 2)).as("option too long").isEqualTo(MALFORMED);
        advertisement();
        Memory.putU8(frame.address() + ICMP + 3, Memory.u8(frame.address() + ICMP + 3) ^ 1);
        assertThat(claim.read(frame.address(), 86)).as("checksum").isEqualTo(MALFORMED);
        advertisement();
        Memory.putU16(frame.address() + 18, 40);
        assertThat(claim.read(frame.address(), 86))
                .as("longer than the frame")
                .isEqualTo(MALFORMED);
        advertisement();
        Memory.putU16(frame.address() + 18, 16);
        assertThat(claim.read(frame.address(), 86)).as("too short").isEqualTo(MALFORMED);
    }

    @Test
    void otherIcmpv6IsOther() {
        assertThat(advertisementWith(ICMP, 135)).isEqualTo(OTHER);
        assertThat(advertisementWith(20, 17)).isEqualTo(OTHER);
        assertThat(advertisementWith(14, 0x40)).isEqualTo(OTHER);
        for (int length = 0; length < 78; length++) {
            advertisement();
            assertThat(claim.read(frame.address(), length)).isEqualTo(OTHER);
        }
    }

    /** With its checksum right again. */
    private Verdict advertisementWith(int at, int value) {
        advertisement();
        Memory.putU8(frame.address() + at, value);
        seal(32);
        return claim.read(frame.address(), 86);
    }

    @Test
    void mutatedFramesNeverFail() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(41);
        byte[] reply = reply();
        int claims = 0;
        for (int i = 0; i < 200_000; i++) {
            boolean ipv4 = random.nextBoolean();
            int length = ipv4 ? frame.put(reply) : advertisement();
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                long at = frame.address() + random.nextInt(length);
                Memory.putU8(at, Memory.u8(at) ^ 1 << random.nextInt(8));
            }
            boolean whole = random.nextInt(4) > 0;
            if (claim.read(frame.address(), whole ? length : random.nextInt(length)) == CLAIM) {
                claims++;
            }
        }
        assertThat(claims).isBetween(1, 199_999);
    }

    private Verdict read(byte[] bytes) {
        return claim.read(frame.address(), frame.put(bytes));
    }

    private static byte[] reply() {
        return HexFormat.of()
                .parseHex(
                        "020000000001"
                                + "020000000002"
                                + "0806"
                                + "0001080006040002"
                                + "020000000002"
                                + "0a090064"
                                + "020000000001"
                                + "00000000");
    }

    private int advertisement() {
        return UnsolicitedNeighborAdvertisement.write(
                frame.address(), MAC, VIP6.high(), VIP6.low(), false);
    }

    private void seal(int length) {
        long ip = frame.address() + 14;
        long icmp = frame.address() + ICMP;
        Memory.putU16(icmp + 2, 0);
        long pseudoHeader =
                PseudoHeader.sum(
                        IpFamily.IPV6,
                        Memory.i64(ip + 8),
                        Memory.i64(ip + 16),
                        Memory.i64(ip + 24),
                        Memory.i64(ip + 32),
                        58,
                        length);
        Memory.putU16(icmp + 2, Checksum.finish(Checksum.add(pseudoHeader, icmp, length)));
    }
}
