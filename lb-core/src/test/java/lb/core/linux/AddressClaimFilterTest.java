package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import lb.core.wire.Memory;
import lb.core.wire.VnetHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel lets exactly claims of the listed addresses through, on real packet sockets. */
class AddressClaimFilterTest {
    private static final int VIP = 0x0a090064;
    private static final String LAST = "f".repeat(12);
    private static final String OWN = "020000000001";
    private static final String OTHER = "020000000009";
    private static final String SENDER = "020000000002";

    private LabNamespace left;
    private LabNamespace right;

    @BeforeEach
    void build() throws Exception {
        left = LabNamespace.create();
        right = LabNamespace.create();
        LabNamespace.join(left, "eth0", right, "eth0");
        left.ip("link set eth0 address 02:00:00:00:00:01");
        for (LabNamespace one : List.of(left, right)) {
            one.ip("link set eth0 addrgenmode none");
            one.ip("address flush dev eth0");
        }
    }

    @AfterEach
    void remove() throws Exception {
        for (LabNamespace one : new LabNamespace[] {left, right}) {
            if (one != null) {
                one.close();
            }
        }
    }

    @Test
    void arpPacketsPassWhoseSenderHasAListedAddress() throws Exception {
        List<String> passing =
                List.of(
                        arp(OWN, 2, "0a090064", "00000000"),
                        arp("ffffffffffff", 1, "0a090064", "0a090064"),
                        arp("ffffffffffff", 1, "0a090064", "0a090003"));
        List<String> others =
                List.of(
                        arp("ffffffffffff", 1, "00000000", "0a090064"),
                        arp("ffffffffffff", 1, "0a090003", "0a090064"),
                        arp(OWN, 3, "0a090064", "0a090064"),
                        arp(OTHER, 2, "0a090064", "00000000"),
                        OWN
                                + SENDER
                                + "81000005"
                                + arp(OWN, 2, "0a090064", "00000000").substring(24),
                        OWN + SENDER + "0806" + "0001");
        String last = arp(LAST, 2, "0a090064", "01020304");
        assertThat(passed(AddressClaimFilter.ofIpv4(VIP), passing, others, last))
                .isEqualTo(passing);
    }

    @Test
    void neighbourAdvertisementsPassWhoseTargetIsListed() throws Exception {
        List<String> passing = List.of(icmp6(OWN, 136, "0100"), icmp6("333300000001", 136, "0100"));
        List<String> others =
                List.of(
                        icmp6(OWN, 135, "0100"),
                        icmp6(OWN, 136, "0101"),
                        icmp6(OTHER, 136, "0100"),
                        icmp6(OWN, 136, "0100").substring(0, 120));
        String last = icmp6("333300000002", 136, "0100");
        assertThat(passed(AddressClaimFilter.ofIpv6(0x100), passing, others, last))
                .isEqualTo(passing);
    }

    @Test
    void aLongListIsExactAndAnEvenLongerOneLetsEveryClaimThrough() throws Exception {
        int[] many =
                IntStream.range(0, AddressClaimFilter.MAX_ADDRESSES)
                        .map(i -> 0x0b000000 + i)
                        .toArray();
        List<String> listed = List.of(arp(OWN, 2, "0b0003e7", "00000000"));
        List<String> unlisted = List.of(arp(OWN, 2, "0b0003e8", "00000000"));
        String last = arp(LAST, 2, "0b000000", "00000000");
        assertThat(passed(AddressClaimFilter.ofIpv4(many), listed, unlisted, last))
                .isEqualTo(listed);
        int[] more = Arrays.copyOf(many, many.length + 1);
        assertThat(passed(AddressClaimFilter.ofIpv4(more), unlisted, List.of(), last))
                .isEqualTo(unlisted);
    }

    /** What comes through of the frames that are sent in this order, without the last one. */
    private List<String> passed(
            AddressClaimFilter filter, List<String> first, List<String> second, String last)
            throws Exception {
        List<String> came = new ArrayList<>();
        try (PacketSocket listener =
                        left.in(() ->
                                PacketSocket.listener(PacketInterface.named("eth0"), filter));
                PacketSocket sender =
                        right.in(() -> PacketSocket.sender(PacketInterface.named("eth0")));
                Memory.Scratch memory = Memory.scratch(512)) {
            for (String frame : second) {
                send(sender, memory.address(), frame);
            }
            for (String frame : first) {
                send(sender, memory.address(), frame);
            }
            send(sender, memory.address(), last);
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (!came.contains(last) && System.nanoTime() - deadline < 0) {
                int length = listener.receive(memory.address(), 512);
                if (length > 0) {
                    byte[] frame = new byte[length - VnetHeader.LENGTH];
                    Memory.copy(memory.address() + VnetHeader.LENGTH, frame, 0, frame.length);
                    came.add(HexFormat.of().formatHex(frame));
                }
            }
        }
        assertThat(came).contains(last);
        came.remove(last);
        return came;
    }

    private static void send(PacketSocket sender, long memory, String hex) {
        byte[] frame = HexFormat.of().parseHex(hex);
        VnetHeader.clear(memory + VnetHeader.LENGTH);
        Memory.copy(frame, 0, memory + VnetHeader.LENGTH, frame.length);
        assertThat(sender.send(memory, VnetHeader.LENGTH + frame.length)).isPositive();
    }

    private static String arp(String to, int operation, String sender, String target) {
        return to
                + SENDER
                + "0806"
                + "000108000604"
                + "000"
                + operation
                + SENDER
                + sender
                + OWN
                + target;
    }

    /** The checksum is for the listener to look at. */
    private static String icmp6(String to, int type, String targetEnd) {
        return to
                + SENDER
                + "86dd"
                + "60000000"
                + "0020"
                + "3aff"
                + "fe800000000000000000000000000002"
                + "ff020000000000000000000000000001"
                + Integer.toHexString(type)
                + "000000"
                + "20000000"
                + "fd00000900000000000000000000"
                + targetEnd
                + "0201"
                + SENDER;
    }
}
