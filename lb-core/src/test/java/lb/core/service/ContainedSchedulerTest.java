package lb.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import lb.core.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** What a plug-in's scheduler does wrong stays with it. */
class ContainedSchedulerTest {
    private static final ServiceKey KEY =
            new ServiceKey(IpAddress.parse("10.0.205.100"), 80, Protocol.TCP);

    /** What the plug-in does for each flow, and when it is made. */
    private Function<List<RealServer>, RealServer> choice = List::getFirst;

    private Runnable making = () -> {};
    private ServiceTable table = ServiceTable.empty(2);
    private final SchedulerRegistry registry =
            TestServers.REGISTRY.with(
                    List.of(SchedulerKind.of(new Plugin(), "/plugins/test.jar", "1")));

    private final class Plugin implements SchedulerProvider {
        @Override
        public String name() {
            return "foreign";
        }

        @Override
        public String description() {
            return "of a test";
        }

        @Override
        public Scheduler create(List<RealServer> realServers, Set<String> flags) {
            making.run();
            return _ -> choice.apply(realServers);
        }
    }

    private VirtualService serve(String scheduler, int... weights) {
        List<RealServerDefinition> servers = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            servers.add(new RealServerDefinition(IpAddress.ofIpv4(0x0a00ce01 + i), 80, weights[i]));
        }
        table =
                table.replacedBy(
                        List.of(new ServiceDefinition(KEY, scheduler, Set.of(), servers)),
                        registry);
        VirtualService service = table.get(KEY);
        service.continueFromPredecessor(0);
        service.continueFromPredecessor(1);
        return service;
    }

    private static RealServer ask(VirtualService service, int worker) {
        return service.scheduler(worker).select(TestServers.flow(1));
    }

    private void failsAndTheFormerServes(String reason) {
        VirtualService service = serve("rr", 1, 1, 1);
        RealServer first = ask(service, 0);
        service = serve("foreign", 1, 1, 1);
        RealServer second = ask(service, 0);
        RealServer third = ask(service, 0);
        assertThat(List.of(first, second, third))
                .as("rr goes on where it was")
                .doesNotHaveDuplicates();
        assertThat(ask(service, 1)).as("the other worker").isNotNull();
        SchedulerFault fault = service.schedulerFault();
        assertThat(fault.reason()).contains(reason);
        assertThat(fault.serving()).isEqualTo("rr");
        assertThat(fault.faults()).isOne();
        assertThat(serve("foreign", 1, 1).schedulerFault())
                .as("it stays so over a change of the list")
                .isNotNull();
    }

    @Test
    void whatItThrowsIsContained() {
        for (Throwable thrown :
                List.of(
                        new IllegalStateException("on purpose"),
                        new StackOverflowError("on purpose"),
                        new NoClassDefFoundError("on purpose"),
                        new AssertionError("on purpose"))) {
            table = ServiceTable.empty(2);
            choice = _ -> sneak(thrown);
            failsAndTheFormerServes("on purpose");
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RealServer sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void anExceptionThatCannotEvenBePrintedIsContained() {
        choice =
                _ -> {
                    throw new IllegalStateException() {
                        @Override
                        public String getMessage() {
                            throw new IllegalStateException("again");
                        }
                    };
                };
        failsAndTheFormerServes("it threw ");
    }

    @Test
    void theEndOfMemoryIsNotHidden() {
        choice =
                _ -> {
                    throw new OutOfMemoryError("on purpose");
                };
        VirtualService service = serve("foreign", 1);
        assertThatThrownBy(() -> ask(service, 0)).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void aStrangerIsContained() {
        RealServer stranger =
                new RealServer(new RealServerDefinition(IpAddress.ofIpv4(0x0a00ce63), 80, 1), 1);
        choice = _ -> stranger;
        failsAndTheFormerServes("not in the service");
    }

    @Test
    void aServerWithoutWeightIsContained() {
        serve("wlc", 0, 1);
        choice = List::getLast;
        VirtualService service = serve("foreign", 0, 1);
        assertThat(ask(service, 0).weight()).isOne();
        assertThat(service.schedulerFault().reason()).contains("whose weight is 0");
    }

    @Test
    void nobodyIsAnAnswerOnlyIfNobodyIsUsable() {
        choice = _ -> null;
        VirtualService none = serve("foreign", 0, 0);
        assertThat(ask(none, 0)).isNull();
        assertThat(none.schedulerFault()).isNull();
        VirtualService some = serve("foreign", 0, 1);
        assertThat(ask(some, 0)).isNotNull();
        assertThat(some.schedulerFault().reason()).contains("nobody although");
        assertThat(some.schedulerFault().serving()).as("nobody served before").isEqualTo("wlc");
    }

    @Test
    void aSchedulerThatCannotBeMadeIsRefusedAtTheSwapAndContainedLater() {
        VirtualService before = serve("sed", 1, 1);
        making =
                () -> {
                    throw new IllegalStateException("no table");
                };
        assertThatThrownBy(() -> serve("foreign", 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("foreign")
                .hasMessageContaining("/plugins/test.jar")
                .hasMessageContaining("no table");
        assertThat(table.get(KEY)).isSameAs(before);

        making = () -> {};
        serve("foreign", 1, 1);
        making =
                () -> {
                    throw new IllegalStateException("no table");
                };
        VirtualService changed = serve("foreign", 1, 0);
        assertThat(changed.schedulerFault().serving()).isEqualTo("sed");
        assertThat(ask(changed, 0).weight()).isOne();
        assertThat(ask(changed, 1).weight()).isOne();
    }

    @Test
    void aGoodPluginIsLeftAlone() {
        choice = List::getLast;
        VirtualService service = serve("foreign", 1, 2, 3);
        for (int i = 0; i < 1_000; i++) {
            assertThat(ask(service, i % 2)).isSameAs(service.realServers().getFirst());
        }
        assertThat(service.schedulerFault()).isNull();
    }
}
