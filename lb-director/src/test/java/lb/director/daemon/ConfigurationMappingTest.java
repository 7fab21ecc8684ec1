package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lb.core.service.SchedulerRegistry;
import lb.core.service.ServiceDefinition;
import lb.core.service.ServiceTable;
import lb.director.config.ConfigurationReader;
import lb.director.config.Options;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the configuration says arrives in the data plane's terms, in a form that it accepts. */
class ConfigurationMappingTest {
    private static final SchedulerRegistry REGISTRY =
            SchedulerRegistry.load(ConfigurationMappingTest.class.getClassLoader());

    @ParameterizedTest
    @CsvSource({
        "mh, mh-port, mh-port",
        "mh, flag-1, mh-fallback",
        "mh, flag-2, mh-port",
        "mh, flag-3, ''",
        "sh, flag-1, sh-fallback",
        "sh, sh-port, sh-port",
        "rr, flag-1, ''",
        "wlc, flag-2, ''"
    })
    void aSchedulerFlagHasTheSchedulersOwnName(String scheduler, String written, String flag) {
        ServiceDefinition service =
                map("lvs_sched " + scheduler + "\n" + written + "\n").getFirst();
        assertThat(service.flags())
                .isEqualTo(flag.isEmpty() ? java.util.Set.of() : java.util.Set.of(flag));
        assertThat(ServiceTable.empty(1).replacedBy(List.of(service), REGISTRY).services())
                .hasSize(1);
    }

    private static List<ServiceDefinition> map(String words) {
        String text =
                "virtual_server 10.0.205.100 80 {\nprotocol TCP\nlvs_method DR\n"
                        + words
                        + "real_server 10.0.205.2 80 {\nweight 1\n}\n}\n";
        return ConfigurationMapping.services(
                ConfigurationReader.read("test.conf", text, Options.defaults(REGISTRY.names()))
                        .configuration());
    }
}
