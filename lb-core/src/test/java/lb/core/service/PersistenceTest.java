package lb.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import lb.core.wire.IpAddress;
import org.junit.jupiter.api.Test;

class PersistenceTest {
    /** The JDK's big integers cut the address to its prefix. */
    @Test
    void theNetworkIsTheAddressCutToItsPrefix() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(128);
        for (int round = 0; round < 20_000; round++) {
            int bits = random.nextBoolean() ? 32 : 128;
            byte[] bytes = new byte[bits / 8];
            random.nextBytes(bytes);
            IpAddress address = IpAddress.of(InetAddress.getByAddress(bytes));
            int prefix = random.nextInt(bits + 1);
            BigInteger cut =
                    new BigInteger(1, bytes).shiftRight(bits - prefix).shiftLeft(bits - prefix);
            byte[] network = new byte[bits / 8];
            byte[] raw = cut.toByteArray();
            for (int i = 0; i < Math.min(raw.length, network.length); i++) {
                network[network.length - 1 - i] = raw[raw.length - 1 - i];
            }
            Persistence persistence = new Persistence(300, prefix);
            assertThat(
                            new IpAddress(
                                    persistence.networkHigh(address.high(), address.low()),
                                    persistence.networkLow(address.high(), address.low())))
                    .as("seed 128 %s/%d", address, prefix)
                    .isEqualTo(IpAddress.of(InetAddress.getByAddress(network)));
        }
    }
}
