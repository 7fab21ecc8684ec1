package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import lb.core.linux.TrafficFilter.Hook;
import org.junit.jupiter.api.Test;

/** Bytes to and from the kernel, on a little-endian host, without a kernel. */
class NetlinkMessageTest {
    private static final InetAddress VIP = InetAddress.ofLiteral("10.0.205.100");

    @Test
    void anAddressWithALeaseIsEncodedAsIfAddrHSays() {
        LinkAddress address = LinkAddress.of(3, VIP, 32).leased(5, 4).withoutPrefixRoute();
        byte[] bytes =
                AddressCodec.add(
                                address,
                                NetlinkRequest.F_CREATE | NetlinkRequest.F_REPLACE,
                                i -> "x")
                        .toBytes(9);
        assertThat(hex(bytes))
                .isEqualTo(
                        "44000000 1400 0505 09000000 00000000".replace(" ", "")
                                + "02200000 03000000".replace(" ", "")
                                + "0800 0200 0a00cd64".replace(" ", "")
                                + "0800 0100 0a00cd64".replace(" ", "")
                                + "0800 0800 00020000".replace(" ", "")
                                + "1400 0600 04000000 05000000 00000000 00000000".replace(" ", ""));
    }

    @Test
    void theAddressThatWasEncodedIsTheOneThatIsDecoded() {
        for (LinkAddress address :
                List.of(
                        LinkAddress.of(3, VIP, 32).withLabel("eth0:1").withScope(253),
                        LinkAddress.of(3, VIP, 24).leased(5, 4).withBroadcast(VIP),
                        LinkAddress.of(4, InetAddress.ofLiteral("fd00::1"), 128).leased(60, 0))) {
            byte[] bytes = AddressCodec.add(address, 0, i -> "x").toBytes(1);
            assertThat(AddressCodec.decode(single(bytes))).isEqualTo(address);
        }
    }

    @Test
    void aManagedNeighbourCarriesTheExtendedFlagAndWhoseItIs() {
        byte[] bytes = NeighbourCodec.manage(3, VIP, i -> "x").toBytes(1);
        assertThat(hex(bytes))
                .endsWith(
                        ("02000000 03000000 0000 00 00 0800 0100 0a00cd64"
                                        + " 0500 0c00 4c000000 0800 0f00 01000000")
                                .replace(" ", ""));
        Neighbour neighbour = NeighbourCodec.decode(single(bytes));
        assertThat(neighbour)
                .isEqualTo(new Neighbour(3, VIP, Link.NO_MAC, NeighbourState.NONE, true, true));
    }

    @Test
    void aFilterCarriesPreferenceProtocolAndNestedOptions() {
        byte[] bytes = TrafficCodec.putBpf(0, 3, 100, 1, "lb", 9, i -> "x").toBytes(1);
        assertThat(hex(bytes))
                .endsWith(
                        ("00000000 03000000 01000000 f2ffffff 00036400 0800 0100 62706600"
                                        + "1c00 0280 0800 0600 09000000 0700 0700 6c620000"
                                        + "0800 0800 01000000")
                                .replace(" ", ""));
        TrafficFilter filter = TrafficCodec.decodeFilter(single(bytes), Hook.INGRESS);
        assertThat(filter)
                .isEqualTo(new TrafficFilter(3, Hook.INGRESS, 100, 3, 1, "bpf", "lb", 0, true));
    }

    @Test
    void anErrorCarriesErrnoAndTheKernelsWords() {
        byte[] words = "Device or resource busy, sort of".getBytes(StandardCharsets.UTF_8);
        byte[] bytes = error(-16, 0x300, words);
        NetlinkMessage message = single(bytes);
        assertThat(message.errno()).isEqualTo(16);
        assertThat(message.explanation()).isEqualTo("Device or resource busy, sort of");
        assertThat(single(error(-16, 0x200, words)).explanation()).startsWith("Device");
        assertThat(single(error(0, 0, new byte[0])).errno()).isZero();
        assertThat(single(error(-1, 0, words)).explanation()).isEmpty();
    }

    @Test
    void severalMessagesInOneDatagramAreToldApart() {
        ByteBuffer two = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());
        two.putInt(0, 17).putShort(4, (short) 20).putInt(8, 1);
        two.putInt(20, 20).putShort(24, (short) 3).putInt(28, 2);
        assertThat(NetlinkMessage.parse(two))
                .extracting(NetlinkMessage::type, m -> m.payload().limit())
                .containsExactly(tuple(20, 1), tuple(3, 4));
    }

    @Test
    void lengthsThatLieAreRefused() {
        for (int length : new int[] {0, 15, 41, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            ByteBuffer bytes = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());
            bytes.putInt(0, length);
            assertThatThrownBy(() -> NetlinkMessage.parse(bytes))
                    .isInstanceOf(NetlinkFormatException.class)
                    .hasMessageContaining("a message says it has " + length);
        }
        for (int length : new int[] {0, 3, 9, 0xffff}) {
            ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
            bytes.putShort(0, (short) length);
            assertThatThrownBy(() -> NetlinkAttributes.parse(bytes, 0))
                    .isInstanceOf(NetlinkFormatException.class)
                    .hasMessage("an attribute says it has " + length + " bytes");
        }
    }

    @Test
    void cutAndFlippedMessagesAreDecodedOrCountedAsLostAndNeverThrow() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[][] samples = {
            AddressCodec.add(LinkAddress.of(3, VIP, 32).withLabel("a"), 0, i -> "x").toBytes(1),
            NeighbourCodec.manage(3, VIP, i -> "x").toBytes(1),
            new NetlinkRequest("", LinkCodec.RTM_NEWLINK, 0, () -> "")
                    .i32(0)
                    .i32(3)
                    .i32(1)
                    .i32(0)
                    .attribute(3, "eth0")
                    .attribute(4, 1500)
                    .attribute(1, new byte[6])
                    .toBytes(1)
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] sample = samples[random.nextInt(samples.length)].clone();
            for (int n = random.nextInt(4); n > 0; n--) {
                sample[random.nextInt(sample.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] cut = Arrays.copyOf(sample, 1 + random.nextInt(sample.length));
            List<NetlinkEvent> events = new ArrayList<>();
            try {
                RtnetlinkMonitor.decode(ByteBuffer.wrap(cut), events);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + hex(cut), e);
            }
            assertThat(events).hasSizeLessThanOrEqualTo(cut.length / 16 + 1);
        }
    }

    private static byte[] error(int errno, int flags, byte[] words) {
        int textLength = words.length == 0 ? 0 : 4 + words.length + 1;
        ByteBuffer bytes =
                ByteBuffer.allocate(NetlinkMessage.align(16 + 20 + textLength))
                        .order(ByteOrder.nativeOrder());
        bytes.putInt(0, bytes.capacity()).putShort(4, (short) 2).putShort(6, (short) flags);
        bytes.putInt(16, errno).putInt(20, (flags & 0x100) == 0 ? 16 : 600);
        if (textLength > 0) {
            bytes.putShort(36, (short) textLength).putShort(38, (short) 1).put(40, words);
        }
        return bytes.array();
    }

    private static NetlinkMessage single(byte[] bytes) {
        return NetlinkMessage.parse(ByteBuffer.wrap(bytes)).getFirst();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
