package lb.core.wire;

import static lb.core.wire.TestPacket.ethernet;
import static lb.core.wire.TestPacket.hex;
import static lb.core.wire.TestPacket.ipv4;
import static lb.core.wire.TestPacket.ipv6;
import static lb.core.wire.TestPacket.join;
import static lb.core.wire.TestPacket.tcp;
import static lb.core.wire.TestPacket.udp;
import static org.assertj.core.api.Assertions.assertThat;

import lb.core.wire.Packet.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketTest {
    private static final byte[] NONE = {};
    private static final int PORTS = 40_000 << 16 | 80;

    private final GuardedMemory memory = new GuardedMemory(17);
    private final Packet packet = new Packet();

    private Shape parse(byte[] frame) {
        return parse(frame, frame.length);
    }

    /** The frame's last byte is the last that may be read. */
    private Shape parse(byte[] frame, int length) {
        long address = memory.lastBytes(length);
        Memory.copy(frame, 0, address, length);
        return packet.parse(address, length);
    }

    private void assertTransport(byte[] frame, int protocol, int linkHeader, int headers) {
        assertThat(parse(frame)).isEqualTo(Shape.TRANSPORT);
        assertThat(packet.protocol()).isEqualTo(protocol);
        assertThat(packet.ports()).isEqualTo(PORTS);
        assertThat(packet.destinationPort()).isEqualTo(80);
        assertThat(packet.ip()).isEqualTo(memory.lastBytes(frame.length) + linkHeader);
        assertThat(packet.transport()).isEqualTo(packet.ip() + headers);
        assertThat(packet.ipLength()).isEqualTo(frame.length - linkHeader);
        assertThat(packet.transportLength()).isEqualTo(frame.length - linkHeader - headers);
        assertThat(packet.timeToLive()).isEqualTo(64);
    }

    @ParameterizedTest(name = "tags \"{0}\"")
    @ValueSource(strings = {"", "8100 0005", "88a8 0064 8100 0005", "8100 0064 8100 0005"})
    void tcpBehindUpToTwoVlanTags(String tags) {
        int linkHeader = 14 + hex(tags).length;
        byte[] frame = ethernet(tags, 0x0800, ipv4(6, 0x4000, NONE, tcp(40_000, 80, 0x02)));
        assertTransport(frame, 6, linkHeader, 20);
        assertThat(packet.isIpv4()).isTrue();
        assertThat(packet.tcpFlags()).isEqualTo(Tcp.SYN);
        assertThat(new IpAddress(packet.sourceHigh(), packet.sourceLow()))
                .hasToString("10.0.200.22");
        assertThat(new IpAddress(packet.destinationHigh(), packet.destinationLow()))
                .hasToString("10.0.205.100");
        assertTransport(ethernet(tags, 0x86dd, ipv6(6, tcp(40_000, 80, 0x02))), 6, linkHeader, 40);
    }

    @Test
    void threeVlanTagsAreNotIp() {
        assertThat(
                        parse(
                                ethernet(
                                        "8100 0001 8100 0002 8100 0003",
                                        0x0800,
                                        ipv4(6, 0, NONE, tcp(1, 2, 2)))))
                .isEqualTo(Shape.NOT_IP);
    }

    @ParameterizedTest(name = "{0} bytes of options")
    @ValueSource(ints = {4, 12, 40})
    void ipv4Options(int bytes) {
        byte[] options = new byte[bytes];
        java.util.Arrays.fill(options, (byte) 1);
        assertTransport(
                ethernet("", 0x0800, ipv4(17, 0, options, udp(40_000, 80, NONE))),
                17,
                14,
                20 + bytes);
        assertThat(packet.tcpFlags()).isZero();
    }

    @Test
    void paddingBehindThePacketIsNotPartOfIt() {
        byte[] frame =
                join(ethernet("", 0x0800, ipv4(17, 0, NONE, udp(40_000, 80, NONE))), new byte[18]);
        assertThat(parse(frame)).isEqualTo(Shape.TRANSPORT);
        assertThat(packet.ipLength()).isEqualTo(28);
        assertThat(packet.transportLength()).isEqualTo(8);
    }

    @Test
    void ipv6ExtensionHeadersAreSkipped() {
        byte[] hopByHop = hex("2b00 0104 0000 0000");
        byte[] routing = hex("3c02 0400 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000");
        byte[] options = hex("3300 0104 0000 0000");
        byte[] ah = hex("0604 0000 0000 0001 0000 0001 0000 0000 0000 0000 0000 0000");
        byte[] payload = join(hopByHop, routing, options, ah, tcp(40_000, 80, 0x10));
        assertTransport(ethernet("", 0x86dd, ipv6(0, payload)), 6, 14, 40 + 8 + 24 + 8 + 24);
        assertThat(packet.isFragment()).isFalse();
    }

    @Test
    void anAtomicFragmentIsAWholePacket() {
        byte[] payload = join(hex("1100 0000 0000 cafe"), udp(40_000, 80, NONE));
        assertTransport(ethernet("", 0x86dd, ipv6(44, payload)), 17, 14, 48);
        assertThat(packet.isFragment()).isFalse();
    }

    @Test
    void reservedBitsDoNotMakeAnAtomicFragmentMore() {
        assertThat(
                        parse(
                                ethernet(
                                        "",
                                        0x86dd,
                                        ipv6(
                                                44,
                                                join(
                                                        hex("1100 0006 0000 cafe"),
                                                        udp(1, 2, NONE))))))
                .isEqualTo(Shape.TRANSPORT);
        assertThat(packet.isFragment()).isFalse();
    }

    @Test
    void firstAndLaterFragmentsOfBothFamilies() {
        assertThat(
                        parse(
                                ethernet(
                                        "",
                                        0x86dd,
                                        ipv6(
                                                44,
                                                join(
                                                        hex("1100 0001 0000 cafe"),
                                                        udp(40_000, 80, NONE))))))
                .isEqualTo(Shape.TRANSPORT);
        assertThat(packet.isFragment()).isTrue();
        assertThat(packet.fragmentIdentification()).isEqualTo(0xcafe);
        assertThat(parse(ethernet("", 0x86dd, ipv6(44, hex("1100 0008 0000 cafe ffff")))))
                .isEqualTo(Shape.LATER_FRAGMENT);
        assertThat(packet.isFragment()).isTrue();
        assertThat(parse(ethernet("", 0x0800, ipv4(17, 0x2000, NONE, udp(40_000, 80, NONE)))))
                .isEqualTo(Shape.TRANSPORT);
        assertThat(packet.isFragment()).isTrue();
        assertThat(packet.fragmentIdentification()).isEqualTo(0x1234);
        assertThat(parse(ethernet("", 0x0800, ipv4(17, 0x0001, NONE, new byte[1]))))
                .isEqualTo(Shape.LATER_FRAGMENT);
    }

    @Test
    void eightExtensionHeadersAreReadAndNineAreTooMany() {
        byte[] headers = hex("0600 0104 0000 0000");
        for (int more = 1; more < 8; more++) {
            headers = join(hex("3c00 0104 0000 0000"), headers);
        }
        assertTransport(
                ethernet("", 0x86dd, ipv6(60, join(headers, tcp(40_000, 80, 2)))), 6, 14, 40 + 64);
        headers = join(hex("3c00 0104 0000 0000"), headers);
        assertThat(parse(ethernet("", 0x86dd, ipv6(60, join(headers, tcp(40_000, 80, 2))))))
                .isEqualTo(Shape.MALFORMED_IP);
    }

    @Test
    void mappedIpv4AddressesInAnIpv6HeaderAreRefused() {
        byte[] source = ipv6("::ffff:0a00c816", "fd00:205::100", 6, tcp(40_000, 80, 0x02));
        byte[] destination = ipv6("fd00::22", "::ffff:0a00cd64", 6, tcp(40_000, 80, 0x02));
        assertThat(parse(ethernet("", 0x86dd, source))).isEqualTo(Shape.MALFORMED_IP);
        assertThat(parse(ethernet("", 0x86dd, destination))).isEqualTo(Shape.MALFORMED_IP);
    }

    @Test
    void contradictionsHaveTheirNames() {
        byte[] good = ipv4(6, 0, NONE, tcp(1, 2, 2));
        assertThat(parse(ethernet("", 0x0800, changed(good, 0, 0x65))))
                .isEqualTo(Shape.MALFORMED_IP);
        assertThat(parse(ethernet("", 0x0800, changed(good, 0, 0x44))))
                .isEqualTo(Shape.MALFORMED_IP);
        assertThat(parse(ethernet("", 0x0800, changed(good, 3, 19)))).isEqualTo(Shape.MALFORMED_IP);
        assertThat(parse(ethernet("", 0x0800, changed(good, 3, 200)))).isEqualTo(Shape.TRUNCATED);
        assertThat(parse(ethernet("", 0x0800, changed(good, 8, 63))))
                .isEqualTo(Shape.BAD_IP_CHECKSUM);
        assertThat(parse(ethernet("", 0x0800, changed(good, 32, 0x40))))
                .isEqualTo(Shape.MALFORMED_TRANSPORT);
        assertThat(parse(ethernet("", 0x0800, changed(good, 32, 0x60))))
                .isEqualTo(Shape.MALFORMED_TRANSPORT);
        assertThat(parse(ethernet("", 0x86dd, changed(ipv6(6, tcp(1, 2, 2)), 0, 0x40))))
                .isEqualTo(Shape.MALFORMED_IP);
        assertThat(parse(ethernet("", 0x0806, good))).isEqualTo(Shape.NOT_IP);
        assertThat(parse(ethernet("", 0x0800, ipv4(1, 0, NONE, new byte[8]))))
                .isEqualTo(Shape.ICMP);
        assertThat(parse(ethernet("", 0x0800, ipv4(47, 0, NONE, NONE))))
                .isEqualTo(Shape.OTHER_PROTOCOL);
        assertThat(parse(ethernet("", 0x0800, ipv4(132, 0, NONE, new byte[11]))))
                .isEqualTo(Shape.MALFORMED_TRANSPORT);
    }

    private static byte[] changed(byte[] from, int index, int value) {
        byte[] copy = from.clone();
        copy[index] = (byte) value;
        return copy;
    }

    /** Nothing that was cut off may be read: the guard page behind the last byte sees to that. */
    @Test
    void aFrameCutAnywhereIsTruncated() {
        byte[] tagged =
                ethernet(
                        "88a8 0064 8100 0005",
                        0x0800,
                        ipv4(6, 0, new byte[40], tcp(40_000, 80, 2)));
        byte[] extended =
                ethernet(
                        "",
                        0x86dd,
                        ipv6(
                                0,
                                join(
                                        hex("2c00 0104 0000 0000 3300 0000 0000 0001"),
                                        hex(
                                                "0604 0000 0000 0001 0000 0001 0000 0000 0000 0000 0000 0000"),
                                        tcp(1, 2, 2))));
        for (byte[] frame : new byte[][] {tagged, extended}) {
            for (int length = 0; length < frame.length; length++) {
                assertThat(parse(frame, length)).as("%d bytes", length).isEqualTo(Shape.TRUNCATED);
            }
            assertThat(parse(frame)).isEqualTo(Shape.TRANSPORT);
        }
    }

    /** The same, with lengths in the IP header that agree with the frame. */
    @Test
    void aPacketThatEndsAnywhereIsMalformedAndNeverReadBeyondItsEnd() {
        byte[] extensions =
                join(
                        hex("3300 0104 0000 0000"),
                        hex("0604 0000 0000 0001 0000 0001 0000 0000 0000 0000 0000 0000"),
                        tcp(1, 2, 2));
        for (int length = 0; length < extensions.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(extensions, length);
            assertThat(parse(ethernet("", 0x86dd, ipv6(0, cut))))
                    .as("%d bytes", length)
                    .isEqualTo(length < 32 ? Shape.MALFORMED_IP : Shape.MALFORMED_TRANSPORT);
        }
        for (int length = 0; length < 20; length++) {
            byte[] cut = java.util.Arrays.copyOf(tcp(1, 2, 2), length);
            assertThat(parse(ethernet("", 0x0800, ipv4(6, 0, NONE, cut))))
                    .isEqualTo(Shape.MALFORMED_TRANSPORT);
        }
    }
}
