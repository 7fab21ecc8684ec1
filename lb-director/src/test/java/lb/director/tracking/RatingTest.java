package lb.director.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** rise and fall. */
class RatingTest {

    @ParameterizedTest
    @EnumSource(names = {"UNKNOWN", "ASSUMED"})
    void theFirstResultDecidesAtOnce(Health initial) {
        Rating good = new Rating(3, 3, initial);
        assertThat(good.take(true)).isTrue();
        assertThat(good.health()).isEqualTo(Health.UP);

        Rating bad = new Rating(3, 3, initial);
        assertThat(bad.take(false)).isTrue();
        assertThat(bad.health()).isEqualTo(Health.DOWN);
    }

    @Test
    void onlyFailuresInARowCount() {
        Rating rating = new Rating(1, 3, Health.UP);
        for (boolean success : new boolean[] {false, false, true, false, false}) {
            assertThat(rating.take(success)).isFalse();
        }
        assertThat(rating.health()).isEqualTo(Health.UP);
        assertThat(rating.take(false)).isTrue();
        assertThat(rating.health()).isEqualTo(Health.DOWN);
    }

    @Test
    void onlySuccessesInARowCount() {
        Rating rating = new Rating(2, 1, Health.DOWN);
        assertThat(rating.take(true)).isFalse();
        assertThat(rating.take(false)).isFalse();
        assertThat(rating.take(true)).isFalse();
        assertThat(rating.take(true)).isTrue();
        assertThat(rating.health()).isEqualTo(Health.UP);
    }
}
