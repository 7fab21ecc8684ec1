package lb.vrrp.wire;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import lb.core.wire.Checksum;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;

/** Adverts that are wrong in one thing each, with the verdict that they must get. */
final class SpoiltAdverts {
    static final IpAddress SENDER4 = IpAddress.parse("10.9.0.1");
    static final IpAddress SENDER6 = IpAddress.parse("fe80::ff:fe00:1");
    static final IpAddress OWN4 = IpAddress.parse("10.9.0.2");
    static final IpAddress OWN6 = IpAddress.parse("fe80::ff:fe00:2");
    static final int IP = 14;
    static final int VRRP4 = 34;
    static final int VRRP6 = 54;

    private SpoiltAdverts() {}

    /** A frame of {@code sent}, spoiled, then judged by {@code local}. */
    record Row(
            String name,
            AdvertFormat sent,
            Consumer<Editor> spoil,
            AdvertFormat local,
            AdvertVerdict verdict) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Changes bytes of the frame, and repairs its VRRP checksum where the row is about something
     * else.
     */
    record Editor(NativeFrame frame, int start, AtomicInteger length) {
        Editor vrrp(int offset, int value) {
            Memory.putU8(frame.address() + start + offset, value);
            return this;
        }

        Editor ip(int offset, int value) {
            Memory.putU8(frame.address() + IP + offset, value);
            return this;
        }

        Editor frameLength(int value) {
            length.set(value);
            return this;
        }

        Editor ipv4Length(int value) {
            Memory.putU16(frame.address() + IP + 2, value);
            return this;
        }

        /**
         * The frame and what its IPv4 header says of its length end at {@code messageLength} bytes
         * of VRRP.
         */
        Editor messageLength(int messageLength) {
            ipv4Length(20 + messageLength);
            return frameLength(VRRP4 + messageLength);
        }

        Editor repair(int messageLength, boolean pseudo) {
            long message = frame.address() + start;
            Memory.putU16(message + 6, 0);
            long sum = Checksum.add(0, message, messageLength);
            if (pseudo) {
                sum = Checksum.add(sum, frame.address() + IP + 12, 8) + 112 + messageLength;
            }
            Memory.putU16(message + 6, Checksum.finish(sum));
            return this;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(protocolRows(), authenticationRows(), listRows(), pathRows())
                .flatMap(List::stream);
    }

    private static List<Row> protocolRows() {
        AdvertFormat v2 = Formats.v2().build();
        AdvertFormat v3 = Formats.v3().build();
        AdvertFormat v6 = Formats.v6().build();
        return List.of(
                new Row("v2 valid", v2, e -> {}, v2, AdvertVerdict.ACCEPTED),
                new Row("v3 valid", v3, e -> {}, v3, AdvertVerdict.ACCEPTED),
                new Row("v6 valid", v6, e -> {}, v6, AdvertVerdict.ACCEPTED),
                new Row("1 another protocol", v2, e -> e.ip(9, 17), v2, AdvertVerdict.NOT_VRRP),
                new Row(
                        "1 neither IPv4 nor IPv6",
                        v2,
                        e -> e.ip(0, 0x55),
                        v2,
                        AdvertVerdict.NOT_VRRP),
                new Row("1 IHL below 5", v2, e -> e.ip(0, 0x44), v2, AdvertVerdict.INCOMPLETE),
                new Row(
                        "1 IHL beyond the frame",
                        v2,
                        e -> e.ip(0, 0x4f),
                        v2,
                        AdvertVerdict.INCOMPLETE),
                new Row(
                        "1 IP header cut off",
                        v2,
                        e -> e.frameLength(IP + 19),
                        v2,
                        AdvertVerdict.INCOMPLETE),
                new Row("1 a fragment", v2, e -> e.ip(6, 0x20), v2, AdvertVerdict.INCOMPLETE),
                new Row(
                        "1 IPv6 header cut off",
                        v6,
                        e -> e.frameLength(IP + 39),
                        v6,
                        AdvertVerdict.INCOMPLETE),
                new Row(
                        "1/53 a message of 3 bytes",
                        v2,
                        e -> e.messageLength(3),
                        v2,
                        AdvertVerdict.INCOMPLETE),
                new Row(
                        "1 no IP packet at all",
                        v2,
                        e -> e.frameLength(IP),
                        v2,
                        AdvertVerdict.INCOMPLETE),
                new Row(
                        "1 no whole Ethernet header",
                        v2,
                        e -> e.frameLength(13),
                        v2,
                        AdvertVerdict.NOT_VRRP),
                new Row("2/56 VRID 52", v2, e -> e.vrrp(1, 52), v2, AdvertVerdict.VRID),
                new Row("2/56 IPv4 for an IPv6 router", v3, e -> {}, v6, AdvertVerdict.VRID),
                new Row("5/53 cut by 4", v2, e -> e.messageLength(16), v2, AdvertVerdict.LENGTH),
                new Row("5/53 cut by 8", v2, e -> e.messageLength(12), v2, AdvertVerdict.LENGTH),
                new Row(
                        "5/53 4 bytes more",
                        v2,
                        e -> e.messageLength(24),
                        v2,
                        AdvertVerdict.LENGTH),
                new Row(
                        "5/53 v3 4 bytes more",
                        v3,
                        e -> e.messageLength(16),
                        v3,
                        AdvertVerdict.LENGTH),
                new Row(
                        "5/53 count beyond the payload",
                        v3,
                        e -> e.vrrp(3, 9),
                        v3,
                        AdvertVerdict.LENGTH),
                new Row(
                        "5 v6 count beyond the payload",
                        v6,
                        e -> e.vrrp(3, 3),
                        v6,
                        AdvertVerdict.LENGTH),
                new Row(
                        "54 padded to 60 bytes",
                        v3,
                        e -> e.frameLength(60),
                        v3,
                        AdvertVerdict.ACCEPTED),
                new Row("7/45 v3 to v2", v3, e -> {}, v2, AdvertVerdict.VERSION),
                new Row("7/45 v2 to v3", v2, e -> {}, v3, AdvertVerdict.VERSION),
                new Row(
                        "7 version 9",
                        v3,
                        e -> e.vrrp(0, 0x91).repair(12, true),
                        v3,
                        AdvertVerdict.VERSION),
                new Row(
                        "9/49 v2 interval 2",
                        Formats.v2().advertIntervalNanos(2_000_000_000L).build(),
                        e -> {},
                        v2,
                        AdvertVerdict.INTERVAL),
                new Row(
                        "10 v3 another interval",
                        Formats.v3().advertIntervalNanos(500_000_000L).build(),
                        e -> {},
                        v3,
                        AdvertVerdict.ACCEPTED),
                new Row(
                        "11/50 v3 interval 0",
                        v3,
                        e -> e.vrrp(5, 0).repair(12, true),
                        v3,
                        AdvertVerdict.INTERVAL),
                new Row(
                        "11 v3 interval 0 under reserved bits",
                        v3,
                        e -> e.vrrp(4, 0xf0).vrrp(5, 0).repair(12, true),
                        v3,
                        AdvertVerdict.INTERVAL),
                new Row(
                        "51 v3 reserved bits",
                        v3,
                        e -> e.vrrp(4, 0xf0).repair(12, true),
                        v3,
                        AdvertVerdict.ACCEPTED),
                new Row(
                        "12/46 v2 type 2",
                        v2,
                        e -> e.vrrp(0, 0x22).repair(20, false),
                        v2,
                        AdvertVerdict.TYPE),
                new Row(
                        "12/46 v3 type 2",
                        v3,
                        e -> e.vrrp(0, 0x32).repair(12, true),
                        v3,
                        AdvertVerdict.TYPE));
    }

    private static List<Row> authenticationRows() {
        AdvertFormat none = Formats.v2().build();
        AdvertFormat secret =
                Formats.v2().authentication(Authentication.password("secret12")).build();
        AdvertFormat other = Formats.v2().authentication(Authentication.password("other")).build();
        return List.of(
                new Row("8 right password", secret, e -> {}, secret, AdvertVerdict.ACCEPTED),
                new Row(
                        "8/5 a password of 12 characters is cut at 8",
                        Formats.v2()
                                .authentication(Authentication.password("secret12more"))
                                .build(),
                        e -> {},
                        secret,
                        AdvertVerdict.ACCEPTED),
                new Row(
                        "8/52 wrong password",
                        other,
                        e -> {},
                        secret,
                        AdvertVerdict.AUTHENTICATION_FAILURE),
                new Row(
                        "8/52 password to a router without",
                        secret,
                        e -> {},
                        none,
                        AdvertVerdict.AUTHENTICATION_TYPE_MISMATCH),
                new Row(
                        "8/52 no password to a router with",
                        none,
                        e -> {},
                        secret,
                        AdvertVerdict.AUTHENTICATION_TYPE_MISMATCH),
                new Row(
                        "8/52 type 7",
                        none,
                        e -> e.vrrp(4, 7).repair(20, false),
                        none,
                        AdvertVerdict.AUTHENTICATION_TYPE_INVALID),
                new Row(
                        "4 type 2 without AH header",
                        none,
                        e -> e.vrrp(4, 2).repair(20, false),
                        none,
                        AdvertVerdict.AUTHENTICATION_HEADER),
                new Row(
                        "8 type 0 ignores what the data says",
                        none,
                        e -> e.vrrp(15, 9).repair(20, false),
                        none,
                        AdvertVerdict.ACCEPTED));
    }

    private static List<Row> listRows() {
        AdvertFormat one = Formats.v2().build();
        AdvertFormat oneV3 = Formats.v3().build();
        AdvertFormat oneV3Strict = Formats.v3().addressListPolicy(AddressListPolicy.DROP).build();
        AdvertFormat another =
                AdvertFormat.of(VrrpVersion.V2, 51, Formats.addresses("10.9.0.101")).build();
        AdvertFormat anotherV3 =
                AdvertFormat.of(VrrpVersion.V3, 51, Formats.addresses("10.9.0.101")).build();
        AdvertFormat two =
                AdvertFormat.of(VrrpVersion.V2, 51, Formats.addresses("10.9.0.100", "10.9.0.101"))
                        .build();
        AdvertFormat swapped =
                AdvertFormat.of(VrrpVersion.V2, 51, Formats.addresses("10.9.0.101", "10.9.0.100"))
                        .build();
        AdvertFormat twoV3 =
                AdvertFormat.of(VrrpVersion.V3, 51, Formats.addresses("10.9.0.100", "10.9.0.101"))
                        .build();
        return List.of(
                new Row(
                        "13/55 v2 one address more",
                        two,
                        e -> {},
                        one,
                        AdvertVerdict.ADDRESS_COUNT),
                new Row("13/55 v3 one address more", twoV3, e -> {}, oneV3, AdvertVerdict.ACCEPTED),
                new Row(
                        "13/55 v3 strict one more",
                        twoV3,
                        e -> {},
                        oneV3Strict,
                        AdvertVerdict.ADDRESS_COUNT),
                new Row(
                        "13/55 v3 count 0",
                        oneV3,
                        e -> e.vrrp(3, 0).messageLength(8).repair(8, true),
                        oneV3,
                        AdvertVerdict.ADDRESS_COUNT),
                new Row(
                        "13/55 v2 count 0",
                        one,
                        e -> e.vrrp(3, 0).messageLength(16).repair(16, false),
                        one,
                        AdvertVerdict.ADDRESS_COUNT),
                new Row(
                        "17/55 v2 another address",
                        another,
                        e -> {},
                        one,
                        AdvertVerdict.ADDRESS_LIST),
                new Row(
                        "17/55 v3 another address",
                        anotherV3,
                        e -> {},
                        oneV3,
                        AdvertVerdict.ACCEPTED),
                new Row(
                        "17/55 v3 strict another",
                        anotherV3,
                        e -> {},
                        oneV3Strict,
                        AdvertVerdict.ADDRESS_LIST),
                new Row("17/55 another order", swapped, e -> {}, two, AdvertVerdict.ACCEPTED),
                new Row(
                        "13 v2 another address from the owner",
                        another,
                        e -> e.vrrp(2, 255).repair(20, false),
                        one,
                        AdvertVerdict.ACCEPTED));
    }

    private static List<Row> pathRows() {
        AdvertFormat v2 = Formats.v2().build();
        AdvertFormat v3 = Formats.v3().build();
        AdvertFormat v6 = Formats.v6().build();
        AdvertFormat plain = Formats.v3().checksumForm(ChecksumForm.PLAIN).build();
        AdvertFormat auto = Formats.v3().checksumForm(ChecksumForm.AUTO).build();
        return List.of(
                new Row("6/44 TTL 254", v2, e -> e.ip(8, 254), v2, AdvertVerdict.TTL),
                new Row("6/44 hop limit 64", v6, e -> e.ip(7, 64), v6, AdvertVerdict.TTL),
                new Row(
                        "14 more promised than arrived",
                        v2,
                        e -> e.frameLength(50),
                        v2,
                        AdvertVerdict.TRUNCATED),
                new Row(
                        "14 v6 more promised than arrived",
                        v6,
                        e -> e.frameLength(80),
                        v6,
                        AdvertVerdict.TRUNCATED),
                new Row("15/47 v2 checksum", v2, e -> e.vrrp(7, 0x5e), v2, AdvertVerdict.CHECKSUM),
                new Row("15/47 v3 checksum", v3, e -> e.vrrp(7, 0x62), v3, AdvertVerdict.CHECKSUM),
                new Row("15/47 v6 checksum", v6, e -> e.vrrp(7, 0xad), v6, AdvertVerdict.CHECKSUM),
                new Row("15/48 plain to pseudo", plain, e -> {}, v3, AdvertVerdict.CHECKSUM),
                new Row("15/48 pseudo to plain", v3, e -> {}, plain, AdvertVerdict.CHECKSUM),
                new Row("15/48 plain to plain", plain, e -> {}, plain, AdvertVerdict.ACCEPTED),
                new Row("15/48 plain to auto", plain, e -> {}, auto, AdvertVerdict.ACCEPTED),
                new Row("15/48 pseudo to auto", v3, e -> {}, auto, AdvertVerdict.ACCEPTED),
                new Row(
                        "15 auto takes no other sum",
                        v3,
                        e -> e.vrrp(7, 0x62),
                        auto,
                        AdvertVerdict.CHECKSUM),
                new Row(
                        "16 unicast to a multicast router",
                        v2,
                        e -> e.ip(16, 10),
                        v2,
                        AdvertVerdict.DESTINATION),
                new Row(
                        "16 multicast to a unicast router",
                        v2,
                        e -> {},
                        Formats.v2().unicastPeers(List.of(UnicastPeer.of(SENDER4))).build(),
                        AdvertVerdict.DESTINATION));
    }
}
