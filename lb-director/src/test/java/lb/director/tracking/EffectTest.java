package lb.director.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lb.director.config.Tracked;
import lb.director.config.Tracked.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What trackers do to a priority, and when they are a fault. */
class EffectTest {

    @ParameterizedTest
    @CsvSource({
        "0,   false, UP,       0, false",
        "0,   false, DOWN,     0, true",
        "0,   false, UNKNOWN,  0, true",
        "0,   false, ASSUMED,  0, false",
        "0,   true,  UP,       0, true",
        "0,   true,  DOWN,     0, false",
        "0,   true,  UNKNOWN,  0, true",
        "0,   true,  ASSUMED,  0, false",
        "20,  false, UP,      20, false",
        "20,  false, DOWN,     0, false",
        "20,  false, UNKNOWN,  0, false",
        "20,  true,  UP,     -20, false",
        "20,  true,  DOWN,     0, false",
        "-60, false, UP,       0, false",
        "-60, false, DOWN,   -60, false",
        "-60, false, UNKNOWN,  0, false",
        "-60, true,  DOWN,    60, false",
        "-60, true,  UP,       0, false",
    })
    void aScriptOrAnInterface(
            int weight, boolean reverse, Health health, int change, boolean fault) {
        for (Kind kind : List.of(Kind.SCRIPT, Kind.INTERFACE)) {
            assertThat(Effect.of(new Tracked(kind, "x", weight, reverse), health))
                    .isEqualTo(new Effect(change, fault));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,  false, 0,            0, false",
        "0,  false, 7,            0, true",
        "0,  true,  0,            0, true",
        "0,  true,  7,            0, false",
        "1,  false, -60,        -60, false",
        "2,  false, 30,          60, false",
        "2,  true,  30,         -60, false",
        "1,  false, -253,      -253, false",
        "1,  false, -254,         0, true",
        "1,  false, 254,        253, false",
        "-1, false, 254,          0, true",
        "254, false, 2147483647, 253, false",
        "254, false, -2147483648, 0, true",
    })
    void aFile(int weight, boolean reverse, long number, int change, boolean fault) {
        assertThat(Effect.of(new Tracked(Kind.FILE, "x", weight, reverse), number))
                .isEqualTo(new Effect(change, fault));
    }

    @Test
    void theSumStaysWithinOneAndTwoHundredFiftyFour() {
        assertThat(Effect.priority(100, List.of())).isEqualTo(100);
        assertThat(Effect.priority(100, changes(20, -60))).isEqualTo(60);
        assertThat(Effect.priority(100, changes(-253))).isEqualTo(1);
        assertThat(Effect.priority(100, changes(253, 253))).isEqualTo(254);
        assertThat(Effect.priority(100, changes(253, -253, -10))).isEqualTo(90);
    }

    @Test
    void thePriorityOfAnAddressOwnerNeverChanges() {
        assertThat(Effect.priority(255, changes(-60))).isEqualTo(255);
    }

    private static List<Effect> changes(int... changes) {
        return java.util.Arrays.stream(changes)
                .mapToObj(change -> new Effect(change, false))
                .toList();
    }
}
