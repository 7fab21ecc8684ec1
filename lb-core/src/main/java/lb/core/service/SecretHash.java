package lb.core.service;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * A hash of two words that nobody outside can aim, since each word meets a secret before a product
 * takes it. Any thread.
 *
 * @param secret1 meets the first word
 * @param secret2 meets the second word
 * @param secret3 meets the low half of their product
 * @param secret4 meets the high half of their product
 */
public record SecretHash(long secret1, long secret2, long secret3, long secret4) {
    /** One with secrets of its own. */
    public static SecretHash random() {
        return of(new SecureRandom());
    }

    /** One whose secrets are the next four numbers. */
    public static SecretHash of(RandomGenerator random) {
        return new SecretHash(
                random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    /**
     * The hash of two words, of which each bit bears on all of it. Both halves of a first product
     * go unfolded into a second: the multiples of one unlucky factor, which rows of words are after
     * one product, would be a pattern.
     */
    public long hash(long one, long other) {
        long first = one ^ secret1;
        long second = other ^ secret2;
        long low = first * second ^ secret3;
        long high = Math.unsignedMultiplyHigh(first, second) ^ secret4;
        return Math.unsignedMultiplyHigh(low, high) ^ low * high;
    }

    /** Not the secrets. */
    @Override
    public String toString() {
        return "SecretHash";
    }
}
