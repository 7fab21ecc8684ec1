package lb.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    private static final long SEED = 5952;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    @ParameterizedTest(name = "RFC 5952: {0} is written {1}")
    @CsvSource({
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:DB8::A, 2001:db8::a",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "fe80:0:0:0:0:0:0:0, fe80::",
        "::ffff:10.0.205.100, 10.0.205.100",
        "10.0.205.100, 10.0.205.100",
        "255.255.255.255, 255.255.255.255",
        "0.0.0.0, 0.0.0.0",
    })
    void canonicalText(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest(name = "{0} is no address")
    @ValueSource(
            strings = {
                "",
                " ",
                "80",
                "10.1",
                "10.0.1",
                "10.0.0.256",
                "10.0.0.1.2",
                "010.0.0.1",
                "0x0a.0.0.1",
                "10.0.0.-1",
                "10.0.0.1 ",
                "localhost",
                "fe80::1%lo",
                "[::1]",
                "1::2::3",
                "12345::",
                "::ffff:10.1",
                ":",
                "g::1",
                "10.0.0.1/24"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> IpAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is not an IPv4 or IPv6 address");
    }

    /**
     * The JDK's eight groups, with the first of the longest runs of two or more zeros shortened.
     */
    private static String model(InetAddress address) {
        String full = address.getHostAddress();
        for (int zeros = 8; zeros >= 2; zeros--) {
            String[] groups = full.split(":");
            for (int start = 0; start + zeros <= 8; start++) {
                boolean run = true;
                for (int i = start; i < start + zeros; i++) {
                    run &= groups[i].equals("0");
                }
                if (run) {
                    String head = String.join(":", java.util.Arrays.copyOfRange(groups, 0, start));
                    String tail =
                            String.join(
                                    ":", java.util.Arrays.copyOfRange(groups, start + zeros, 8));
                    return head + "::" + tail;
                }
            }
        }
        return full;
    }

    @Test
    void randomAddressesAgreeWithTheJdkInBothDirections() throws Exception {
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(4) == 0 ? 4 : 16];
            random.nextBytes(bytes);
            // Half of the groups are zero, so that runs of all lengths come up.
            for (int i = 0; bytes.length == 16 && i < 16; i += 2) {
                if (random.nextBoolean()) {
                    bytes[i] = bytes[i + 1] = 0;
                }
            }
            InetAddress jdk = InetAddress.getByAddress(bytes);
            IpAddress ours = IpAddress.of(jdk);
            String expected = bytes.length == 4 ? jdk.getHostAddress() : model(jdk);
            assertThat(ours).as("seed %d", SEED).hasToString(expected);
            assertThat(IpAddress.parse(expected)).as("seed %d", SEED).isEqualTo(ours);
            assertThat(ours.toInetAddress()).as("seed %d", SEED).isEqualTo(jdk);
            assertThat(ours.isIpv4()).isEqualTo(bytes.length == 4);
        }
    }
}
