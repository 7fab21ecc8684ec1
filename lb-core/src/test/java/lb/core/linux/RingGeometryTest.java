package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RingGeometryTest {
    @ParameterizedTest
    @ValueSource(ints = {64, 128, 1024, 4096})
    void slotsForEthernetAreAsManyAsAskedForAndAnOddNumberOfCacheLines(int slots) {
        RingGeometry geometry = RingGeometry.ofSlots(slots);
        assertThat(geometry.slots()).isEqualTo(slots);
        assertThat(geometry.slotBytes() % 128).isEqualTo(64);
        assertThat(geometry.bytes()).isEqualTo((long) slots * geometry.slotBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "blockBytes, 0, 1, 128",
        "blockBytes, 2048, 1, 128",
        "blockBytes, 6144, 1, 2048",
        "blockBytes, -4096, 1, 2048",
        "blocks, 4096, 0, 2048",
        "blocks, 1048576, 2048, 2048",
        "slotBytes, 4096, 1, 64",
        "slotBytes, 4096, 1, 0",
        "slotBytes, 4096, 1, 1984",
        "slotBytes, 4096, 1, 8192",
        "slotBytes, 69632, 1, 136"
    })
    void whatTheKernelWouldRefuseIsRefusedByName(
            String field, int blockBytes, int blocks, int slotBytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RingGeometry(blockBytes, blocks, slotBytes))
                .withMessageContaining(field + " ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -64, 63, 100, 65})
    void slotsThatFillNoBlocksAreRefused(int slots) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RingGeometry.ofSlots(slots))
                .withMessageContaining("slots " + slots + " is not usable: a multiple of 64");
    }

    @Test
    void slotsNeedNotBeAPowerOfTwo() {
        assertThat(new RingGeometry(3 * 4096, 5, 3 * 512).slots()).isEqualTo(40);
    }
}
