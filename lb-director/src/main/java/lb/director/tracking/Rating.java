package lb.director.tracking;

/**
 * Makes a health of results: the first one decides at once, later ones when enough of them stand in
 * a row ({@code rise}, {@code fall}). Owned by one thread.
 */
final class Rating {
    private final int rise;
    private final int fall;
    private Health health;
    private int against;

    Rating(int rise, int fall, Health initial) {
        this.rise = rise;
        this.fall = fall;
        health = initial;
    }

    Health health() {
        return health;
    }

    /** Takes in a result; whether the health is another one. */
    boolean take(boolean success) {
        Health suggested = success ? Health.UP : Health.DOWN;
        if (suggested == health) {
            against = 0;
            return false;
        }
        against++;
        boolean known = health == Health.UP || health == Health.DOWN;
        if (known && against < (success ? rise : fall)) {
            return false;
        }
        health = suggested;
        against = 0;
        return true;
    }
}
