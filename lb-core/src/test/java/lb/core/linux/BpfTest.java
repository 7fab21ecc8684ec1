package lb.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Maps and programs in the running kernel. */
class BpfTest {
    private static final byte[] ONE = {1, 0};
    private static final byte[] TWO = {2, 0};

    @BeforeEach
    void root() {
        LabNamespace.requireRoot();
    }

    @Test
    void aMapKeepsChangesAndForgets() {
        try (BpfMap map = BpfMap.create("test", 2, 4)) {
            assertThat(map.get(ONE)).isEmpty();
            assertThat(map.keys()).isEmpty();
            map.put(ONE, 7);
            map.put(TWO, 8);
            map.put(ONE, 9);
            assertThat(map.get(ONE)).hasValue(9);
            assertThat(map.keys()).containsExactlyInAnyOrder(ONE, TWO);
            assertThat(map.remove(ONE)).isTrue();
            assertThat(map.remove(ONE)).isFalse();
            assertThat(map.keys()).containsExactly(TWO);
        }
    }

    @Test
    void aFullMapSaysHowManyEntriesItTakes() {
        try (BpfMap map = BpfMap.create("test", 2, 1)) {
            map.put(ONE, 1);
            assertThatThrownBy(() -> map.put(TWO, 2))
                    .hasMessage(
                            "BPF_MAP_UPDATE_ELEM(test): Argument list too long (errno 7): the map"
                                    + " is full: it takes 1 entries");
        }
    }

    @Test
    void aRejectedProgramComesWithTheVerifiersLog() {
        byte[] returnsNothing = new BpfAssembler().exit().assemble();
        assertThatThrownBy(() -> Bpf.loadClassifier("bad", returnsNothing))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("BPF_PROG_LOAD(bad): Permission denied (errno 13): ")
                .hasMessageContaining("R0 !read_ok");
    }
}
