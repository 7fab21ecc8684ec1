package lb.vrrp.wire;

import static lb.vrrp.wire.SpoiltAdverts.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every receive check of vrrp.md section 6 by a frame that is wrong in just that; numbers are of
 * vrrp-cases.md.
 */
class AdvertCheckTest {
    private final NativeFrame frame = new NativeFrame();
    private final AdvertView view = new AdvertView();

    static Stream<Row> rows() {
        return SpoiltAdverts.rows();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aWrongAdvertIsDroppedByTheCheckItViolates(Row row) {
        AdvertCheck check = check(row.local());

        AdvertVerdict verdict = send(row.sent(), row.spoil(), check);

        assertThat(verdict).isEqualTo(row.verdict());
        boolean structural =
                verdict == AdvertVerdict.NOT_VRRP || verdict == AdvertVerdict.INCOMPLETE;
        assertThat(check.counters().of(verdict)).isEqualTo(structural ? 0 : 1);
        assertThat(check.counters().total()).isEqualTo(structural ? 0 : 1);
    }

    @Test
    void everyVerdictIsReachedBySomeTest() {
        Set<AdvertVerdict> reached = EnumSet.noneOf(AdvertVerdict.class);
        rows().forEach(row -> reached.add(row.verdict()));
        Set<AdvertVerdict> elsewhere =
                EnumSet.of(
                        AdvertVerdict.UNCHECKED,
                        AdvertVerdict.OWN_SOURCE,
                        AdvertVerdict.NOT_LISTENING,
                        AdvertVerdict.SOURCE);
        reached.addAll(elsewhere);
        assertThat(reached).isEqualTo(EnumSet.allOf(AdvertVerdict.class));
    }

    @Test
    void theFirstViolatedCheckDecides() {
        Map<AdvertVerdict, Consumer<Editor>> inOrder = new LinkedHashMap<>();
        inOrder.put(AdvertVerdict.VRID, e -> e.vrrp(1, 52));
        inOrder.put(AdvertVerdict.LENGTH, e -> e.messageLength(24));
        inOrder.put(AdvertVerdict.TTL, e -> e.ip(8, 254));
        inOrder.put(AdvertVerdict.AUTHENTICATION_TYPE_INVALID, e -> e.vrrp(4, 7));
        inOrder.put(AdvertVerdict.INTERVAL, e -> e.vrrp(5, 2));
        inOrder.put(AdvertVerdict.TYPE, e -> e.vrrp(0, 0x22));
        inOrder.put(AdvertVerdict.CHECKSUM, e -> e.vrrp(7, 0x5e));
        inOrder.put(AdvertVerdict.DESTINATION, e -> e.ip(16, 10));
        List<AdvertVerdict> expected = List.copyOf(inOrder.keySet());
        List<AdvertVerdict> verdicts = new ArrayList<>();
        for (AdvertVerdict first : expected) {
            verdicts.add(
                    send(
                            Formats.v2().build(),
                            e -> inOrder.values().forEach(spoil -> spoil.accept(e)),
                            check(Formats.v2().build())));
            inOrder.remove(first);
        }
        assertThat(verdicts).isEqualTo(expected);
    }

    @Test
    void aRouterThatDoesNotTakePartListensToNothing_check3() {
        AdvertCheck check = check(Formats.v2().build());
        check.listening(false);
        assertThat(send(Formats.v2().build(), e -> {}, check))
                .isEqualTo(AdvertVerdict.NOT_LISTENING);
        check.listening(true);
        assertThat(send(Formats.v2().build(), e -> {}, check)).isEqualTo(AdvertVerdict.ACCEPTED);
    }

    @Test
    void ourOwnAdvertLoopedBackIsIgnoredAndCounted_case57() {
        AdvertCheck check = check(Formats.v2().build());
        check.ownAddresses(List.of(SENDER4));
        assertThat(send(Formats.v2().build(), e -> {}, check)).isEqualTo(AdvertVerdict.OWN_SOURCE);
        assertThat(check.counters().named("own_source")).isEqualTo(1);
    }

    @Test
    void anAhHeaderIsRefusedWhateverItProtects_check4() {
        AdvertCheck check = check(Formats.v2().build());
        int length = frame.put(Recordings.vector("v2-advert-ah"));
        assertThat(view.readFrame(frame.address(), length)).isEqualTo(AdvertVerdict.UNCHECKED);
        assertThat(check.check(view)).isEqualTo(AdvertVerdict.AUTHENTICATION_HEADER);
        Memory.putU8(frame.address() + VRRP4 + 24 + 4, 0);
        assertThat(view.readFrame(frame.address(), length)).isEqualTo(AdvertVerdict.UNCHECKED);
        assertThat(check.check(view)).isEqualTo(AdvertVerdict.AUTHENTICATION_HEADER);
        assertThat(check.counters().named("auth_type_mismatch")).isEqualTo(2);
    }

    @Test
    void unicastTakesAnyTtlUnlessThePeerHasARange_cases13And44() {
        UnicastPeer near = new UnicastPeer(SENDER4, 254, 255);
        assertThat(sendUnicast(UnicastPeer.of(SENDER4), 64, false))
                .isEqualTo(AdvertVerdict.ACCEPTED);
        assertThat(sendUnicast(near, 254, false)).isEqualTo(AdvertVerdict.ACCEPTED);
        assertThat(sendUnicast(near, 253, false)).isEqualTo(AdvertVerdict.TTL);
    }

    @Test
    void aStrangerIsRefusedOnlyUnderCheckUnicastSrc_check18() {
        UnicastPeer other = UnicastPeer.of(IpAddress.parse("10.9.0.9"));
        assertThat(sendUnicast(other, 255, false)).isEqualTo(AdvertVerdict.ACCEPTED);
        assertThat(sendUnicast(other, 255, true)).isEqualTo(AdvertVerdict.SOURCE);
        assertThat(sendUnicast(UnicastPeer.of(SENDER4), 255, true))
                .isEqualTo(AdvertVerdict.ACCEPTED);
    }

    private AdvertVerdict sendUnicast(UnicastPeer configured, int ttl, boolean checkSource) {
        AdvertFormat sent =
                Formats.v3().unicastPeers(List.of(UnicastPeer.of(OWN4))).unicastTtl(ttl).build();
        AdvertFormat local =
                Formats.v3()
                        .unicastPeers(List.of(configured))
                        .checkUnicastSource(checkSource)
                        .build();
        int length =
                new AdvertEncoder(sent, SENDER4, 2)
                        .frame(frame.address(), 150, OWN4.high(), OWN4.low(), 3);
        assertThat(view.readFrame(frame.address(), length)).isEqualTo(AdvertVerdict.UNCHECKED);
        return check(local).check(view);
    }

    @Test
    void remarksAreCountedForAdvertsThatPassAllTheSame_checks10And17And19() {
        AdvertFormat sent =
                AdvertFormat.of(VrrpVersion.V3, 51, Formats.addresses("10.9.0.7"))
                        .advertIntervalNanos(300_000_000L)
                        .checksumForm(ChecksumForm.PLAIN)
                        .build();
        AdvertCheck check = check(Formats.v3().checksumForm(ChecksumForm.AUTO).owner(true).build());

        assertThat(send(sent, e -> {}, check)).isEqualTo(AdvertVerdict.ACCEPTED);

        for (AdvertRemark remark : AdvertRemark.values()) {
            assertThat(check.remarked(remark)).as(remark.name()).isTrue();
            assertThat(check.counters().of(remark)).as(remark.name()).isEqualTo(1);
        }
        assertThat(view.intervalNanos()).isEqualTo(300_000_000L);
    }

    @Test
    void autoSendsTheFormThatWasHeardLast_section36() {
        AdvertCheck check = check(Formats.v3().checksumForm(ChecksumForm.AUTO).build());
        assertThat(check.formToSend()).isEqualTo(ChecksumForm.PSEUDO);
        send(Formats.v3().checksumForm(ChecksumForm.PLAIN).build(), e -> {}, check);
        assertThat(check.formToSend()).isEqualTo(ChecksumForm.PLAIN);
        send(Formats.v3().build(), e -> {}, check);
        assertThat(check.formToSend()).isEqualTo(ChecksumForm.PSEUDO);
    }

    @Test
    void skipCheckAdvAddrLooksAtTheListOfANewSenderOnly() {
        AdvertFormat another =
                AdvertFormat.of(VrrpVersion.V2, 51, Formats.addresses("10.9.0.101")).build();
        AdvertCheck check = check(Formats.v2().skipCheckAdvAddr(true).build());

        assertThat(send(another, e -> {}, check)).isEqualTo(AdvertVerdict.ADDRESS_LIST);
        assertThat(send(Formats.v2().build(), e -> {}, check)).isEqualTo(AdvertVerdict.ACCEPTED);
        assertThat(send(another, e -> {}, check)).isEqualTo(AdvertVerdict.ACCEPTED);
        assertThat(send(another, e -> e.ip(15, 9), check)).isEqualTo(AdvertVerdict.ADDRESS_LIST);
    }

    @Test
    void aListOf255AddressesInAnyOrderIsRecognised() {
        List<IpAddress> addresses = new ArrayList<>();
        for (int i = 1; i <= 255; i++) {
            addresses.add(IpAddress.parse("10.9.1." + i));
        }
        List<IpAddress> reversed = new ArrayList<>(addresses);
        Collections.reverse(reversed);
        AdvertCheck check = check(AdvertFormat.of(VrrpVersion.V2, 51, reversed).build());

        assertThat(send(AdvertFormat.of(VrrpVersion.V2, 51, addresses).build(), e -> {}, check))
                .isEqualTo(AdvertVerdict.ACCEPTED);
    }

    @Test
    void aMessageWithoutIpHeaderIsReadAsARawIpv6SocketDeliversIt() {
        byte[] bytes = Recordings.vector("v3-advert-ipv6");
        byte[] message = Arrays.copyOfRange(bytes, VRRP6, bytes.length);
        frame.put(message);
        IpAddress group = Formats.v6().build().group();

        AdvertVerdict read =
                view.readMessage(
                        frame.address(),
                        message.length,
                        IpFamily.IPV6,
                        255,
                        SENDER6.high(),
                        SENDER6.low(),
                        group.high(),
                        group.low());

        assertThat(read).isEqualTo(AdvertVerdict.UNCHECKED);
        assertThat(check(Formats.v6().build()).check(view)).isEqualTo(AdvertVerdict.ACCEPTED);
    }

    @Test
    void priorityZeroIsCountedByItself() {
        AdvertCheck check = check(Formats.v2().build());
        send(Formats.v2().build(), e -> e.vrrp(2, 0).repair(20, false), check);
        assertThat(check.counters().priorityZero()).isEqualTo(1);
    }

    private AdvertCheck check(AdvertFormat format) {
        return new AdvertCheck(format, List.of(format.family() == IpFamily.IPV4 ? OWN4 : OWN6));
    }

    private AdvertVerdict send(AdvertFormat sent, Consumer<Editor> spoil, AdvertCheck check) {
        boolean ipv4 = sent.family() == IpFamily.IPV4;
        AtomicInteger length =
                new AtomicInteger(
                        new AdvertEncoder(sent, ipv4 ? SENDER4 : SENDER6, 2)
                                .frame(frame.address(), 150));
        spoil.accept(new Editor(frame, ipv4 ? VRRP4 : VRRP6, length));
        AdvertVerdict read = view.readFrame(frame.address(), length.get());
        return read == AdvertVerdict.UNCHECKED ? check.check(view) : read;
    }
}
