package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import lb.core.wire.Memory;
import lb.core.wire.TestPacket;
import org.junit.jupiter.api.Test;

class ArrivalTest {
    private static final byte[] BYTES =
            TestPacket.ethernet("", 0x86dd, TestPacket.ipv6(6, TestPacket.tcp(1_024, 80, 2)));

    private final Ingress anyMac = new Ingress(Ingress.ANY_MAC, new RecordingSink());

    /** Nothing is known that makes reading fail; without an interface it surely does. */
    @Test
    void aFaultIsKeptForTheTurnOfItsFrameAndHasNoEffectOnTheNext() {
        long frame = Memory.allocateForever(BYTES.length);
        Memory.copy(BYTES, 0, frame, BYTES.length);
        Arrival arrival = new Arrival();
        int hash = arrival.read(frame, BYTES.length, anyMac);
        assertThat(arrival.hasPorts()).isTrue();
        assertThat(arrival.read(frame, BYTES.length, null)).isZero();
        assertThat(arrival.isOurs()).isFalse();
        assertThat(arrival.hasPorts()).isFalse();
        assertThat(arrival.fault()).isInstanceOf(NullPointerException.class);
        assertThat(arrival.read(frame, BYTES.length, anyMac)).isEqualTo(hash).isNotZero();
        assertThat(arrival.isOurs()).isTrue();
        assertThat(arrival.fault()).isNull();
    }
}
