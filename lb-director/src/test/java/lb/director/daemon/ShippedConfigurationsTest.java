package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceTable;
import lb.core.service.VirtualService;
import lb.core.wire.IpAddress;
import lb.director.Main;
import lb.director.config.ConfigurationReader;
import lb.director.config.DirectorConfiguration;
import lb.director.config.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file under config/ becomes services with the schedulers that lb really has, and is good to
 * {@code lb check}.
 */
class ShippedConfigurationsTest {
    private static final Path FOLDER = Path.of("..", "config");
    private static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(ShippedConfigurationsTest.class.getClassLoader());

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyServiceGetsItsScheduler(Path file) {
        DirectorConfiguration configuration =
                Objects.requireNonNull(
                        ConfigurationReader.read(file, Options.defaults(REGISTRY.names()))
                                .configuration());

        ServiceTable services =
                ConfigurationMapping.table(ServiceTable.empty(1), configuration, REGISTRY);

        assertThat(services.services().isEmpty())
                .isEqualTo(configuration.virtualServers().isEmpty());
        for (VirtualService service : services.services()) {
            assertThat(REGISTRY.names()).contains(service.definition().scheduler());
            assertThat(service.scheduler(0)).isNotNull();
            assertThat(service.realServers()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void checkCallsItGood(Path file) {
        List<String> said = check(file.toString());

        assertThat(said.getLast()).isEqualTo(file + ": good");
    }

    @Test
    void theShopOfTheMarkExampleIsOneServiceOnBothPorts() {
        Path file = FOLDER.resolve("marked-services.conf");
        DirectorConfiguration configuration =
                Objects.requireNonNull(
                        ConfigurationReader.read(file, Options.defaults(REGISTRY.names()))
                                .configuration());
        ServiceTable services =
                ConfigurationMapping.table(ServiceTable.empty(1), configuration, REGISTRY);
        VirtualService http = find(services, 80);
        assertThat(http).isNotNull().isSameAs(find(services, 443));
        assertThat(http.key()).hasToString("FWM 1");
        assertThat(http.isPersistent()).isTrue();
        assertThat(services.limits().of(http.key()).perClient()).isEqualTo(50);
        assertThat(find(services, 22)).isNull();
        assertThat(check(file.toString())).hasSize(1);
    }

    private static VirtualService find(ServiceTable services, int port) {
        IpAddress client = IpAddress.parse("192.0.2.7");
        IpAddress vip = IpAddress.parse("10.0.205.100");
        return services.find(client.high(), client.low(), vip.high(), vip.low(), 6, port);
    }

    @Test
    void checkHasNothingToSayOfTheSmallest() {
        assertThat(check(FOLDER.resolve("direct-routing.conf").toString())).hasSize(1);
    }

    /**
     * "lb check tells which of these words are accepted but not done yet, and exits with 0", says
     * the file.
     */
    @Test
    void ofTheLargeOneCheckTellsOnlyWhatIsNotDoneYet() {
        for (String director : List.of("director1", "director2")) {
            List<String> said = check(FOLDER.resolve("director.conf").toString(), "-i", director);

            assertThat(said.subList(0, said.size() - 1))
                    .isNotEmpty()
                    .allSatisfy(line ->
                            assertThat(line)
                                    .contains(
                                            "director.conf:",
                                            "warning:",
                                            "is accepted but not done yet"));
        }
    }

    private static List<String> check(String file, String... more) {
        StringWriter out = new StringWriter();
        List<String> arguments =
                Stream.concat(Stream.of("check", "-c", file), Stream.of(more)).toList();
        int exitCode =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .execute(arguments.toArray(String[]::new));
        assertThat(exitCode).as(out.toString()).isZero();
        return out.toString().lines().toList();
    }
}
