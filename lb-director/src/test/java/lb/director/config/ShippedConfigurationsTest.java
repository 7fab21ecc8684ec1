package lb.director.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lb.director.config.syntax.Diagnostic;
import org.junit.jupiter.api.Test;

/** Each file under config/ loads: what is shipped works. */
class ShippedConfigurationsTest {

    private static final Path FOLDER = Path.of("..", "config");
    private static final Options OPTIONS = Options.defaults(List.of("rr", "wlc", "mh"));

    @Test
    void eachShippedFileLoadsWithoutErrors() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> all = files.filter(file -> file.toString().endsWith(".conf")).toList();
            assertThat(all).hasSizeGreaterThanOrEqualTo(2);
            for (Path file : all) {
                ReadResult result = ConfigurationReader.read(file, OPTIONS);
                assertThat(result.errors()).as(file.toString()).isEmpty();
                assertThat(result.checkExitCode()).as(file.toString()).isZero();
            }
        }
    }

    @Test
    void directRoutingIsTheDemoNetworkWithoutAnyWarning() {
        ReadResult result =
                ConfigurationReader.read(FOLDER.resolve("direct-routing.conf"), OPTIONS);

        assertThat(result.diagnostics()).isEmpty();
        DirectorConfiguration configuration = requireNonNull(result.configuration());
        VirtualServer web = configuration.virtualServers().getFirst();
        assertThat(web.address().getHostAddress()).isEqualTo("10.0.205.100");
        assertThat(web.port()).isEqualTo(80);
        assertThat(web.protocol()).isEqualTo(Protocol.TCP);
        assertThat(web.scheduler()).isEqualTo("mh");
        assertThat(web.realServers().stream().map(r -> r.address().getHostAddress()))
                .containsExactly("10.0.205.2", "10.0.205.3");
        assertThat(configuration.globals().routerId()).isEqualTo("director");
        assertThat(configuration.settings().interfaces()).containsExactly("eth0");
    }

    @Test
    void theSyncGroupIsThereWithoutAnyWarning() {
        ReadResult result =
                ConfigurationReader.read(
                        FOLDER.resolve("sync-group.conf"), OPTIONS.withConfigId("director1"));

        assertThat(result.diagnostics()).isEmpty();
        DirectorConfiguration configuration = requireNonNull(result.configuration());
        VrrpTracking tracking = configuration.vrrpTracking();
        assertThat(tracking.groups().getFirst().members()).containsExactly("OUTSIDE", "INSIDE");
        assertThat(tracking.of("INSIDE").tracked().stream().map(Tracked::name))
                .containsExactly("eth0", "not_in_maintenance", "has_route", "by_hand");
        assertThat(configuration.vrrpInstances())
                .allSatisfy(instance -> {
                    assertThat(instance.priority()).isEqualTo(150);
                    assertThat(instance.version()).isEqualTo(3);
                });
    }

    @Test
    void theLargerExampleHasNothingButWordsNotDoneYet() {
        ReadResult result =
                ConfigurationReader.read(
                        FOLDER.resolve("director.conf"), OPTIONS.withConfigId("director2"));

        assertThat(result.diagnostics())
                .isNotEmpty()
                .allSatisfy(d -> assertThat(d.kind()).isEqualTo(Diagnostic.Kind.NOT_DONE));
        DirectorConfiguration configuration = requireNonNull(result.configuration());
        assertThat(configuration.globals().routerId()).isEqualTo("shop-director-2");
        assertThat(configuration.settings().workers()).isEqualTo(2);
        assertThat(configuration.virtualServers()).hasSize(4);
        assertThat(
                        configuration.virtualServers().getFirst().realServers().stream()
                                .map(RealServerEntry::weight))
                .containsExactly(1, 1, 1, 2, 2);
        Notifications notifications = configuration.notifications();
        NotifyScripts shop = requireNonNull(notifications.instances().get("SHOP"));
        assertThat(shop.scripts()).containsOnlyKeys(NotifyEvent.MASTER, NotifyEvent.FAULT);
        assertThat(shop.always().orElseThrow().user()).isEqualTo("nobody");
        assertThat(notifications.fifos()).hasSize(1);
    }
}
