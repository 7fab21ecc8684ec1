package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import lb.core.connection.Connection;
import lb.core.connection.ConnectionState;
import lb.core.connection.FlowIndex;
import lb.core.service.ServiceKey;
import lb.core.wire.IpAddress;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import org.junit.jupiter.api.Test;

/** The queue between a worker and the thread of shortcuts. */
class ShortcutProposalsTest {
    private static final ServiceKey KEY = TestDirector.tcp("10.0.205.100", 80);

    @Test
    void oneThatCannotBeTakenDoesNotComeBack() {
        TestDirector director = new TestDirector(DirectorSettings.DEFAULT);
        director.serve(KEY, "rr", Set.of(), 1);
        FrameContext context = new FrameContext(0, director.table(), DirectorSettings.DEFAULT);
        context.frame = Memory.allocateForever(64);
        ShortcutProposals queue =
                new ShortcutProposals(new AtomicInteger(1), Thread.currentThread());
        List<Connection> offered = List.of(established(director, 1), established(director, 2));
        offered.forEach(one -> queue.offer(one, director.table().get(KEY), context));
        assertThatThrownBy(() ->
                        queue.drainTo(_ -> {
                            throw new IllegalStateException("on purpose");
                        }))
                .hasMessage("on purpose");
        List<Connection> taken = new ArrayList<>();
        queue.drainTo(proposal -> taken.add(proposal.connection()));
        assertThat(taken).containsExactly(offered.get(1));
    }

    private static Connection established(TestDirector director, int client) {
        IpAddress from = IpAddress.parse("10.0.200.22");
        director.receive(new FrameBuilder().tcp(from, client, KEY.address(), KEY.port(), Tcp.SYN));
        return new Connection(
                director.liveConnections().getFirst(),
                director.table().get(KEY).realServers().getFirst(),
                new FlowIndex(),
                null,
                ConnectionState.ESTABLISHED,
                0);
    }
}
