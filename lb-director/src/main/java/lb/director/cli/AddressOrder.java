package lb.director.cli;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;

/** Compares addresses by their numbers, not by their text. Stateless; any thread. */
final class AddressOrder {
    /** IPv4 before IPv6, each in ascending order. */
    static final Comparator<String> BY_BYTES =
            Comparator.<String>comparingInt(text -> bytes(text).length)
                    .thenComparing(AddressOrder::bytes, Arrays::compareUnsigned);

    private AddressOrder() {}

    static boolean sameAddress(String one, String other) {
        return Arrays.equals(bytes(one), bytes(other));
    }

    private static byte[] bytes(String literal) {
        return InetAddress.ofLiteral(literal).getAddress();
    }
}
