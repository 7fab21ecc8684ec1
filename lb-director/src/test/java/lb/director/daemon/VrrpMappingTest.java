package lb.director.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lb.core.wire.IpAddress;
import lb.director.config.ConfigurationReader;
import lb.director.config.Options;
import lb.vrrp.speaker.VrrpInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a vrrp_instance says arrives in the speaker's terms: here, which VIP it asks for. */
class VrrpMappingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the first               |            |           |10.9.0.51 10.9.0.52    |10.9.0.51",
                "the first on its link   |            |           |10.9.0.51,dev,eth1 10.9.0.52|10.9.0.52",
                "all are elsewhere       |            |           |10.9.0.51,dev,eth1     |10.9.0.51",
                "IPv6                    |            |           |fe80::100 fd00:9::100  |fe80::100",
                "unicast                 |            |unicast_peer { 10.9.0.2 }|10.9.0.51|10.9.0.51",
                "its MAC does not change |            |use_vmac   |10.9.0.51              |''",
                "nor with                |            |use_vmac; vmac_xmit_base|10.9.0.51 |''",
                "switched on             |vip_probe on|           |10.9.0.51              |10.9.0.51",
                "switched off            |vip_probe off|          |10.9.0.51              |''",
            })
    void aMasterAsksForOneOfItsVips(
            String name, String setting, String words, String vips, String asked) {
        String text =
                """
                lb {
                    interface eth0
                    %s
                }
                vrrp_instance V1 {
                    interface eth0
                    virtual_router_id 51
                    priority 150
                    version 3
                    %s
                    virtual_ipaddress {
                        %s
                    }
                }
                """
                        .formatted(
                                setting == null ? "" : setting,
                                lines(words == null ? "" : words, "; ?")
                                        .replace("{", "{\n")
                                        .replace("}", "\n}"),
                                lines(vips, " +").replace(',', ' '));
        VrrpInstance instance =
                VrrpMapping.instances(
                                requireNonNull(
                                        ConfigurationReader.read(
                                                        "t.conf",
                                                        text,
                                                        Options.defaults(List.of("wlc")))
                                                .configuration()))
                        .getFirst();
        assertThat(instance.probedVip())
                .as(name)
                .isEqualTo(asked.isEmpty() ? null : IpAddress.parse(asked));
    }

    private static String lines(String words, String gap) {
        return words.replaceAll(gap, "\n");
    }
}
