package lb.vrrp.wire;

import java.nio.charset.StandardCharsets;

/**
 * How VRRPv2 adverts prove their origin: not at all, or by a password in clear (RFC 2338 section
 * 10). Immutable; any thread.
 *
 * <p>The AH header (type 2) is left out on purpose: RFC 3768 removed it, and no defined form of it
 * interoperates.
 *
 * @param type the Auth Type field, 0 or 1
 * @param data the 8 bytes behind the addresses, as one number in network byte order
 */
public record Authentication(int type, long data) {
    static final int TYPE_NONE = 0;
    static final int TYPE_PASSWORD = 1;
    static final int TYPE_HEADER = 2;
    private static final int DATA_LENGTH = 8;
    private static final Authentication NONE = new Authentication(TYPE_NONE, 0);

    /**
     * Checks the type.
     *
     * @throws IllegalArgumentException if it is neither 0 nor 1
     */
    public Authentication {
        if (type != TYPE_NONE && type != TYPE_PASSWORD) {
            throw new IllegalArgumentException(
                    "auth_type "
                            + type
                            + ": only PASS is supported (AH was removed by RFC 3768); remove the authentication block");
        }
    }

    /** No authentication: type 0, zeros on the wire. */
    public static Authentication none() {
        return NONE;
    }

    /**
     * A password: zero-padded to 8 bytes, and cut there as keepalived does.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public static Authentication password(String password) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("auth_pass is empty: give 1 to 8 characters");
        }
        long data = 0;
        for (int i = 0; i < DATA_LENGTH; i++) {
            data = data << 8 | (i < bytes.length ? bytes[i] & 0xff : 0);
        }
        return new Authentication(TYPE_PASSWORD, data);
    }

    /** Names the type only: passwords do not belong in logs. */
    @Override
    public String toString() {
        return type == TYPE_NONE ? "none" : "PASS";
    }
}
