package lb.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {
    @Test
    void readsUpperAndLowerCaseAndShortBytes() {
        assertThat(MacAddress.parse("8C:89:a5:96:4c:b2")).isEqualTo(0x8c89a5964cb2L);
        assertThat(MacAddress.parse("2:0:0:0:0:1")).isEqualTo(0x020000000001L);
    }

    @Test
    void textIsReadBack() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(48);
        for (int round = 0; round < 10_000; round++) {
            long mac = random.nextLong() >>> 16;
            String text = MacAddress.text(mac);
            assertThat(text).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}");
            assertThat(MacAddress.parse(text)).as("seed 48 %s", text).isEqualTo(mac);
        }
    }

    @ParameterizedTest(name = "{0} is no MAC address")
    @ValueSource(
            strings = {
                "",
                "02:00:00:00:00",
                "02:00:00:00:00:01:02",
                "02-00-00-00-00-01",
                "002:0:0:0:0:1",
                "0g:0:0:0:0:1"
            })
    void refusesWhatIsNoMacAddress(String text) {
        assertThatThrownBy(() -> MacAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is not a MAC address such as");
    }
}
