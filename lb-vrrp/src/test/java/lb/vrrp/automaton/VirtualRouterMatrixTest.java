package lb.vrrp.automaton;

import static lb.vrrp.automaton.MatrixRows.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each state × each event: the next state, the exact actions in order, and the time left until the
 * next timer. Section numbers are RFC 9568's; "KA" is keepalived's behaviour, "lb" our own
 * decision, "case" one of docs/vrrp-cases.md.
 */
class VirtualRouterMatrixTest {
    static Stream<Row> rows() {
        return Stream.concat(ElectionRows.all().stream(), ActiveRows.all().stream());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachStateMeetsEachEvent(Row row) {
        VirtualRouter router = router(row.from(), row.settings());
        long now = THEN + row.afterNanos();

        Transition transition = router.on(row.event(), now);

        assertThat(transition.actions()).containsExactlyElementsOf(row.actions());
        assertThat(transition.state()).isSameAs(router.state()).isInstanceOf(row.state());
        assertThat(router.nanosToDeadline(now)).isEqualTo(row.leftNanos());
    }

    @Test
    void noPairOfStateAndEventIsLeftOut() {
        Set<String> pairs = new HashSet<>();
        rows().forEach(row ->
                pairs.add(
                        router(row.from(), row.settings()).state().getClass().getSimpleName()
                                + " × "
                                + row.event().getClass().getSimpleName()));
        Set<String> all = new HashSet<>();
        for (Class<?> state : State.class.getPermittedSubclasses()) {
            for (Class<?> event : Event.class.getPermittedSubclasses()) {
                all.add(state.getSimpleName() + " × " + event.getSimpleName());
            }
        }
        assertThat(all).hasSize(44);
        assertThat(pairs).containsExactlyInAnyOrderElementsOf(all);
    }
}
