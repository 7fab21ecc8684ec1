package lb.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class Ipv4Test {
    private static final long SEED = 1624;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final long header = Memory.allocateForever(64);

    /**
     * A random header whose checksum is {@code checksum}: the identification takes up the
     * difference.
     */
    private void randomHeader(int timeToLive, int checksum) {
        Ipv4.write(
                header,
                random.nextInt(256),
                random.nextInt(20, 65_536),
                0,
                random.nextInt(65_536),
                timeToLive,
                random.nextInt(256),
                random.nextInt(),
                random.nextInt());
        Memory.putU16(header + 10, checksum);
        Memory.putU16(header + 4, Checksum.of(header, 20));
        assertThat(Checksum.isValid(header, 20)).isTrue();
    }

    @Test
    void everyChecksumStaysValidWhenTheTimeToLiveFalls() {
        for (int checksum = 0; checksum < 65_536; checksum++) {
            int timeToLive = random.nextInt(2, 256);
            randomHeader(timeToLive, checksum);
            Memory.putI32(header + Ipv4.HOP_AT, Ipv4.lessOneHop(header));
            assertThat(Ipv4.timeToLive(header)).isEqualTo(timeToLive - 1);
            assertThat(Checksum.isValid(header, 20))
                    .as("seed %d checksum %04x", SEED, checksum)
                    .isTrue();
        }
    }

    @Test
    void theSumsAtTheEdgeStayValidForEveryTimeToLive() {
        for (int checksum : new int[] {0xfefe, 0xfeff, 0xff00, 0xfffe, 0xffff, 0}) {
            for (int timeToLive = 1; timeToLive < 256; timeToLive++) {
                randomHeader(timeToLive, checksum);
                Memory.putI32(header + Ipv4.HOP_AT, Ipv4.lessOneHop(header));
                assertThat(Checksum.isValid(header, 20))
                        .as("%04x ttl %d", checksum, timeToLive)
                        .isTrue();
            }
        }
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Ipv4.write(header, 0xc0, 1500, 0xbeef, Ipv4.DONT_FRAGMENT, 63, 17, 0x0a000001, 0xfffffffe);
        assertThat(Ipv4.version(header)).isEqualTo(4);
        assertThat(Ipv4.headerLength(header)).isEqualTo(20);
        assertThat(Ipv4.totalLength(header)).isEqualTo(1500);
        assertThat(Memory.u16(header + 4)).isEqualTo(0xbeef);
        assertThat(Ipv4.flagsAndOffset(header)).isEqualTo(Ipv4.DONT_FRAGMENT);
        assertThat(Ipv4.timeToLive(header)).isEqualTo(63);
        assertThat(Ipv4.protocol(header)).isEqualTo(17);
        assertThat(Ipv4.source(header)).isEqualTo(0x0a000001);
        assertThat(Ipv4.destination(header)).isEqualTo(0xfffffffe);
        assertThat(Checksum.isValid(header, 20)).isTrue();
    }
}
