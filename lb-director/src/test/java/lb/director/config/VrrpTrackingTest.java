package lb.director.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import lb.director.config.Tracked.Kind;
import lb.director.config.syntax.Diagnostic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trackers and sync groups: what comes of them, and what is said about them. */
class VrrpTrackingTest {
    private static final long SECOND = 1_000_000_000L;

    private static ReadResult read(String text) {
        return ConfigurationReader.read("f", text, Options.defaults(Set.of("rr")));
    }

    private static VrrpTracking only(String text) {
        ReadResult result = read(text);
        assertThat(result.diagnostics()).isEmpty();
        return Objects.requireNonNull(result.configuration()).vrrpTracking();
    }

    /** An instance in seven lines, of which the second are {@code lines}. */
    private static String instance(String name, int id, String lines) {
        return "vrrp_instance "
                + name
                + " {\n"
                + lines
                + "\ninterface eth0\nvirtual_router_id "
                + id
                + "\nvirtual_ipaddress {\n10.0.0."
                + id
                + "\n}\n}\n";
    }

    private static final String SCRIPT = "vrrp_script web {\nscript /bin/true nobody\n}\n";

    @Test
    void aScriptHasKeepalivedsDefaults() {
        VrrpScriptEntry script = only(SCRIPT).scripts().getFirst();

        assertThat(script)
                .isEqualTo(
                        new VrrpScriptEntry(
                                "web",
                                new ScriptEntry(List.of("/bin/true"), "nobody", Optional.empty()),
                                SECOND,
                                SECOND,
                                0,
                                false,
                                1,
                                1,
                                false));
    }

    @Test
    void everyWordOfAScriptFindsItsPlace() {
        VrrpScriptEntry script =
                only("""
                vrrp_script web {
                    script "/bin/echo 'two words' -x"
                    interval 2.5
                    timeout 1
                    weight -60 reverse
                    rise 3
                    fall 4
                    user nobody nogroup
                    init_fail
                }
                """)
                        .scripts()
                        .getFirst();

        assertThat(script)
                .isEqualTo(
                        new VrrpScriptEntry(
                                "web",
                                new ScriptEntry(
                                        List.of("/bin/echo", "two words", "-x"),
                                        "nobody",
                                        Optional.of("nogroup")),
                                5 * SECOND / 2,
                                SECOND,
                                -60,
                                true,
                                3,
                                4,
                                true));
    }

    @Test
    void everyWordOfAFileFindsItsPlace() {
        VrrpTracking tracking =
                only(
                        """
                        vrrp_track_file hand {
                            file /run/hand
                            weight 2 reverse
                            init_file 5 overwrite
                        }
                        track_file other {
                            file "/run/other"
                        }
                        """);

        assertThat(tracking.files())
                .containsExactly(
                        new TrackFileEntry(
                                "hand", Path.of("/run/hand"), 2, true, OptionalLong.of(5), true),
                        new TrackFileEntry(
                                "other",
                                Path.of("/run/other"),
                                1,
                                false,
                                OptionalLong.empty(),
                                false));
    }

    @Test
    void aLineHasTheWeightOfWhatItNamesUnlessItSaysOtherwise() {
        VrrpTracking tracking =
                only(
                        """
                        vrrp_script web {
                            script /bin/true nobody
                            weight 20 reverse
                        }
                        track_file hand {
                            file /run/hand
                        }
                        """
                                + instance(
                                        "A",
                                        1,
                                        "track_script {\nweb\n}\ntrack_file {\nhand weight 7\n}\n"
                                                + "track_interface {\neth1\neth2 weight -9\n}")
                                + instance(
                                        "B",
                                        2,
                                        "dont_track_primary\ntrack_script {\nweb weight 3 noreverse\n}"));

        assertThat(tracking.of("A"))
                .isEqualTo(
                        new InstanceTracking(
                                List.of(
                                        new Tracked(Kind.SCRIPT, "web", 20, true),
                                        new Tracked(Kind.FILE, "hand", 7, false),
                                        new Tracked(Kind.INTERFACE, "eth1", 0, false),
                                        new Tracked(Kind.INTERFACE, "eth2", -9, false)),
                                true));
        assertThat(tracking.of("B"))
                .isEqualTo(
                        new InstanceTracking(
                                List.of(new Tracked(Kind.SCRIPT, "web", 3, false)), false));
    }

    @Test
    void whatAGroupTracksMovesAllItsMembers() {
        VrrpTracking tracking =
                only(
                        SCRIPT
                                + "vrrp_sync_group G {\ngroup {\nA B\n}\ntrack_script {\nweb weight 5\n}\n}\n"
                                + instance("A", 1, "track_interface {\neth1\n}")
                                + instance("B", 2, ""));

        Tracked web = new Tracked(Kind.SCRIPT, "web", 5, false);
        assertThat(tracking.groups())
                .containsExactly(new SyncGroupEntry("G", List.of("A", "B"), List.of(web)));
        assertThat(tracking.of("A").tracked())
                .containsExactly(new Tracked(Kind.INTERFACE, "eth1", 0, false), web);
        assertThat(tracking.of("B").tracked()).containsExactly(web);
    }

    @Test
    void membersMayHaveWeightsOfTheirOwnIfTheGroupSaysSo() {
        VrrpTracking tracking =
                only(
                        SCRIPT
                                + "vrrp_sync_group G {\ngroup {\nA\nB\n}\nsync_group_tracking_weight\n}\n"
                                + instance("A", 1, "track_script {\nweb weight 5\n}")
                                + instance("B", 2, ""));

        assertThat(tracking.of("A").tracked())
                .containsExactly(new Tracked(Kind.SCRIPT, "web", 5, false));
    }

    static Stream<Arguments> remarks() {
        String group = "vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\n";
        String both = instance("A", 1, "") + instance("B", 2, "");
        return Stream.of(
                remark(
                        "vrrp_script web {\ninterval 2\n}\n",
                        "f:1:1: error: vrrp_script web needs script, as in: script \"/usr/bin/check web\""),
                remark(
                        "vrrp_script web {\nscript \"/bin/x 'y\"\n}\n",
                        "f:2:8: error: script '/bin/x 'y': a quote in it has no end; add it"),
                remark(
                        "vrrp_script web {\nscript /bin/true nobody\nweight 254\n}\n",
                        "f:3:8: error: weight 254 is out of range; allowed is -253 to 253"),
                remark(
                        "vrrp_script web {\nscript /bin/true nobody\ninterval 0\n}\n",
                        "f:3:1: error: interval must be above 0"),
                remark(
                        SCRIPT + SCRIPT,
                        "f:4:1: error: vrrp_script web is there already (line 1); change or remove one of"
                                + " them"),
                remark(
                        "track_file hand {\nfile run/x\n}\n",
                        "f:2:6: error: file needs a path that begins with '/', not 'run/x'"),
                remark(
                        "track_file hand {\n}\n",
                        "f:1:1: error: vrrp_track_file hand needs file, as in: file /run/lb/weight"),
                remark(
                        SCRIPT + instance("A", 1, "track_script {\nwbe\n}"),
                        "f:6:1: error: track_script wbe: there is no vrrp_script of that name; did you mean"
                                + " web?"),
                remark(
                        SCRIPT + instance("A", 1, "track_script {\nweb wait 5\n}"),
                        "f:6:5: error: track_script takes 'NAME' or 'NAME weight N', not 'wait'"),
                remark(
                        SCRIPT + instance("A", 1, "track_script {\nweb weight\n}"),
                        "f:6:5: error: weight needs a number -253 to 253"),
                remark(
                        SCRIPT + instance("A", 1, "track_script {\nweb weight 5 backwards\n}"),
                        "f:6:14: error: weight takes 'reverse' behind its number, not 'backwards'"),
                remark(
                        SCRIPT + instance("A", 1, "priority 255\ntrack_script {\nweb weight 5\n}"),
                        "f:7:1: warning: track_script web is ignored: the priority of an address owner (255)"
                                + " never changes; write weight 0"),
                remark(
                        group + instance("A", 1, ""),
                        "f:4:1: error: there is no vrrp_instance B; did you mean A?"),
                remark(
                        group + group.replace("G", "H") + both,
                        "f:9:1: error: vrrp_instance A is in group G already; remove it from one of them",
                        "f:10:1: error: vrrp_instance B is in group G already; remove it from one of them"),
                remark(
                        "vrrp_sync_group G {\n}\n" + both,
                        "f:1:1: warning: vrrp_sync_group G has no members; it is left out"),
                remark(
                        "vrrp_sync_group G {\ngroup {\nA\n}\n}\n" + both,
                        "f:1:1: warning: vrrp_sync_group G has one member only: nothing to keep together"),
                remark(
                        group + instance("A", 1, "priority 255") + instance("B", 2, ""),
                        "f:1:1: warning: vrrp_sync_group G has members with priority 255 and others: the"
                                + " others hold them up; give all of them 255, or none"),
                remark(
                        group
                                + instance("A", 1, "track_interface {\neth1 weight 5\n}")
                                + instance("B", 2, ""),
                        "f:9:1: warning: track_interface eth1 is ignored: members of a sync group have the"
                                + " same priority; write weight 0, or sync_group_tracking_weight into the"
                                + " group"));
    }

    private static Arguments remark(String text, String... messages) {
        return Arguments.of(text, List.of(messages));
    }

    @ParameterizedTest
    @MethodSource("remarks")
    void exactlyThisIsSaid(String text, List<String> messages) {
        assertThat(read(text).diagnostics().stream().map(Diagnostic::toString))
                .containsExactlyElementsOf(messages);
    }
}
