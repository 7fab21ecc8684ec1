package lb.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import lb.core.wire.Memory;
import lb.core.wire.Packet;
import lb.core.wire.TestPacket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernel's table for the client's half alone: each row a chunk, each column a state. */
class SctpTrackerTest {
    private static final List<ConnectionState> STATES =
            List.of(
                    ConnectionState.NONE,
                    ConnectionState.SCTP_INIT1,
                    ConnectionState.SCTP_INIT,
                    ConnectionState.SCTP_COOKIE_ECHOED,
                    ConnectionState.SCTP_ESTABLISHED,
                    ConnectionState.SCTP_SHUTDOWN_RECEIVED,
                    ConnectionState.SCTP_CLOSED);

    private static final List<String> SHORT = List.of("NO", "I1", "IN", "CE", "ES", "SR", "CL");

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "DATA,              0,  ES I1 IN CE ES SR CL",
        "INIT,              1,  I1 IN IN CE ES SR IN",
        "INIT_ACK,          2,  CE CE CE CE ES SR CL",
        "SACK,              3,  ES I1 IN CE ES SR CL",
        "HEARTBEAT,         4,  ES I1 IN CE ES SR CL",
        "ABORT,             6,  CL CL CL CL CL CL CL",
        "SHUTDOWN,          7,  SR I1 IN CE SR SR CL",
        "SHUTDOWN_ACK,      8,  CL IN IN CE CL SR CL",
        "ERROR,             9,  CL I1 IN CE ES SR CL",
        "COOKIE_ECHO,       10, ES ES ES CE ES SR CL",
        "COOKIE_ACK,        11, ES I1 IN ES ES SR CL",
        "SHUTDOWN_COMPLETE, 14, CL CL CL CE ES CL CL",
        "unknown,           99, ES I1 IN CE ES SR CL"
    })
    void everyChunkInEveryState(String name, int type, String row) {
        List<String> after =
                STATES.stream()
                        .map(state -> SHORT.get(STATES.indexOf(SctpTracker.next(state, type))))
                        .toList();
        assertThat(String.join(" ", after)).as(name).isEqualTo(row);
    }

    @ParameterizedTest
    @CsvSource({
        "0a000008000000000e000004, SCTP_INIT1, SCTP_ESTABLISHED",
        "0a0000080000000006000004, SCTP_INIT1, SCTP_CLOSED",
        "030000100000000000000000000000000700000800000000, SCTP_ESTABLISHED,"
                + " SCTP_SHUTDOWN_RECEIVED",
        "04000005ff0000000e000004, SCTP_SHUTDOWN_RECEIVED, SCTP_CLOSED"
    })
    void everyChunkOfAPacketCounts(String chunks, ConnectionState before, ConnectionState after) {
        byte[] payload = TestPacket.hex("9c40 0050 0000 0001 0000 0000" + chunks);
        byte[] bytes =
                TestPacket.ethernet("", 0x0800, TestPacket.ipv4(132, 0, new byte[0], payload));
        Packet packet = new Packet();
        assertThat(packet.parse(put(bytes), bytes.length)).isEqualTo(Packet.Shape.TRANSPORT);
        assertThat(SctpTracker.next(before, packet)).isEqualTo(after);
        byte[] cut = Arrays.copyOf(payload, payload.length - 1);
        byte[] broken = TestPacket.ethernet("", 0x0800, TestPacket.ipv4(132, 0, new byte[0], cut));
        assertThat(packet.parse(put(broken), broken.length))
                .as("a chunk longer than the packet")
                .isEqualTo(Packet.Shape.MALFORMED_TRANSPORT);
    }

    private static long put(byte[] bytes) {
        long address = Memory.allocateForever(bytes.length);
        Memory.copy(bytes, 0, address, bytes.length);
        return address;
    }
}
