package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Releases as distributions name them. */
final class KernelReleaseTest {
    @ParameterizedTest
    @CsvSource({
        "5.17, true",
        "5.17.0-rc1, true",
        "5.16.20-200.fc35.x86_64, false",
        "5.4.0-216-generic, false",
        "6.1.0-18-amd64, true",
        "4.19, false",
        "10.0, true",
        "6, false",
        "5.99999999999, false",
        "something, false",
    })
    void aReleaseIsComparedByItsNumbers(String release, boolean atLeast) {
        assertThat(KernelRelease.parse(release).isAtLeast(5, 17)).isEqualTo(atLeast);
    }
}
