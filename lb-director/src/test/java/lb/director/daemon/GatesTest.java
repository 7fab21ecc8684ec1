package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import lb.core.service.Gate;
import lb.core.wire.IpAddress;
import org.junit.jupiter.api.Test;

class GatesTest {
    private static final IpAddress STAYS = IpAddress.parse("10.9.0.100");
    private static final IpAddress LEAVES = IpAddress.parse("10.9.0.101");

    private final Gates gates = new Gates();

    @Test
    void aReloadThatFailsLeavesTheGatesOfTheRunningTableAsTheyWere() {
        gates.keep(Set.of(STAYS, LEAVES));
        gates.settle();
        Gate running = gates.of(LEAVES);
        gates.set(LEAVES, true);
        assertThat(gates.keep(Set.of(STAYS))).isEmpty();
        assertThat(gates.of(LEAVES)).isEqualTo(Gate.ALWAYS_OPEN);
        // What the speaker decides meanwhile is for the running table too.
        gates.set(LEAVES, false);
        assertThat(running.isOpen()).isFalse();
        assertThat(gates.takeBack()).containsExactly(LEAVES);
        assertThat(gates.of(LEAVES)).isSameAs(running);
        gates.set(LEAVES, true);
        assertThat(running.isOpen()).isTrue();
    }

    @Test
    void aVipThatComesBackHasANewGateAndThatIsSaid() {
        gates.keep(Set.of(STAYS, LEAVES));
        gates.settle();
        Gate former = gates.of(LEAVES);
        gates.keep(Set.of(STAYS));
        gates.settle();
        assertThat(gates.keep(Set.of(STAYS, LEAVES))).containsExactly(LEAVES);
        assertThat(gates.of(LEAVES)).isNotSameAs(former);
        assertThat(gates.of(LEAVES).isOpen()).isFalse();
    }
}
