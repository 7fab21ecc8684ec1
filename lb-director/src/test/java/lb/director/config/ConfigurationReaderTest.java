package lb.director.config;

import static lb.director.config.ReadText.OPTIONS;
import static lb.director.config.ReadText.configuration;
import static lb.director.config.ReadText.messages;
import static lb.director.config.ReadText.read;
import static lb.director.config.ReadText.web;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whole configurations: when there is one, and what is said of what is unknown or not done. */
class ConfigurationReaderTest {
    @Test
    void oneErrorMeansNoConfiguration() {
        ReadResult result = read(web("", "weight 65536"));

        assertThat(result.configuration()).isNull();
        assertThat(result.checkExitCode()).isEqualTo(4);
        assertThat(messages(result))
                .containsExactly(
                        "f.conf:7:8: error: weight 65536 is out of range; allowed is 0 to 65535");
    }

    @Test
    void unknownKeywordsAreWarningsThatCheckCountsAndStrictRefuses() {
        String text = web("net_mask 255.255.255.0", "");
        ReadResult lenient = read(text);
        ReadResult strict = ConfigurationReader.read("f.conf", text, OPTIONS.withStrict(true));

        assertThat(lenient.configuration()).isNotNull();
        assertThat(lenient.checkExitCode()).isEqualTo(4);
        assertThat(messages(lenient))
                .containsExactly(
                        "f.conf:5:1: warning: unknown keyword 'net_mask' in virtual_server; it is skipped");
        assertThat(strict.configuration()).isNull();
        assertThat(messages(strict))
                .containsExactly(
                        "f.conf:5:1: error: unknown keyword 'net_mask' in virtual_server; it is skipped");
    }

    @Test
    void whatIsNotDoneYetIsOneWarningHoweverOftenItStands() {
        String text =
                web(
                        "sorry_server 10.0.0.9 80\nquorum 2",
                        "TCP_CHECK {\nconnect_timeout 3\n}\nTCP_CHECK {\n}");

        assertThat(messages(read(text)))
                .containsExactly(
                        "f.conf:5:1: warning: sorry_server is accepted but not done yet; without a usable real"
                                + " server clients get no answer",
                        "f.conf:6:1: warning: quorum is accepted but not done yet",
                        "f.conf:8:1: warning: TCP_CHECK is accepted but not done yet (2 places); real servers count"
                                + " as up without it");
        assertThat(read(text).checkExitCode()).isZero();
    }

    @Test
    void configurationsAsTheyAreFoundInTheWildLoad() {
        ReadResult result =
                read(
                        """
                        ! Configuration File for keepalived
                        global_defs {
                           notification_email {
                             root@localhost
                           }
                           router_id LVS_DEVEL
                           vrrp_strict
                        }
                        vrrp_instance VI_1 {
                            state MASTER
                            interface eth0
                            virtual_router_id 51
                            priority 100
                            advert_int 1
                            authentication {
                                auth_type PASS
                                auth_pass 1111
                            }
                            virtual_ipaddress {
                                192.168.200.16
                            }
                        }
                        virtual_server 192.168.200.16 80
                        {
                            delay_loop 6
                            lb_algo loadbalance
                            lb_kind DR
                            net_mask 255.255.255.0
                            persistence_timeout 0
                            protocol tcp
                            sorry_server 127.0.0.1 80
                            real_server 192.168.200.2 80 { weight 1
                                HTTP_GET {
                                    url {
                                      path /testurl/test.jsp
                                      digest 640205b7b0fc66c1ea91c463fac6334d
                                    }
                                    connect_timeout 3
                                    nb_get_retry 3
                                    bind_to 10.0.0.1
                                    delay_before_retry 3
                                } }
                            real_server 192.168.200.3 8080 {
                                weight 1 }
                            real_server 192.168.200.3 80 {
                                weight 1
                            }
                        }
                        """);

        assertThat(configuration(result).virtualServers().getFirst().realServers()).hasSize(2);
        assertThat(result.checkExitCode()).isEqualTo(4);
        assertThat(messages(result))
                .containsExactly(
                        "f.conf:3:4: warning: notification_email is accepted but not done yet",
                        "f.conf:10:5: warning: state is BACKUP: only priority 255 is MASTER in strict mode",
                        "f.conf:15:5: warning: authentication is ignored in strict mode",
                        "f.conf:26:13: warning: unknown scheduler 'loadbalance'; wlc is used, as in keepalived;"
                                + " known: mh rr sh wlc",
                        "f.conf:28:5: warning: unknown keyword 'net_mask' in virtual_server; it is skipped",
                        "f.conf:29:25: warning: persistence_timeout 0 is taken as off; remove the line",
                        "f.conf:31:5: warning: sorry_server is accepted but not done yet; without a usable real"
                                + " server clients get no answer",
                        "f.conf:33:9: warning: HTTP_GET is accepted but not done yet; real servers count as up"
                                + " without it",
                        "f.conf:40:13: warning: unknown keyword 'bind_to' in HTTP_GET; did you mean bindto?",
                        "f.conf:43:31: warning: port 8080 is taken as 80: with DR a real server is reached at the"
                                + " virtual server's port",
                        "f.conf:45:5: warning: real_server 192.168.200.3 is there already (line 43); this one is"
                                + " dropped");
    }
}
