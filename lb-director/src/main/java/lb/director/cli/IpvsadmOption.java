package lb.director.cli;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** ipvsadm's options. Immutable; any thread. */
enum IpvsadmOption {
    ADD_SERVICE("A", "add-service", Kind.COMMAND),
    EDIT_SERVICE("E", "edit-service", Kind.COMMAND),
    DELETE_SERVICE("D", "delete-service", Kind.COMMAND),
    CLEAR("C", "clear", Kind.COMMAND),
    RESTORE("R", "restore", Kind.COMMAND),
    SAVE("S", "save", Kind.COMMAND),
    ADD_SERVER("a", "add-server", Kind.COMMAND),
    EDIT_SERVER("e", "edit-server", Kind.COMMAND),
    DELETE_SERVER("d", "delete-server", Kind.COMMAND),
    LIST("Ll", "list", Kind.COMMAND),
    ZERO("Z", "zero", Kind.COMMAND),
    SET("", "set", Kind.COMMAND),
    START_DAEMON("", "start-daemon", Kind.COMMAND),
    STOP_DAEMON("", "stop-daemon", Kind.COMMAND),
    HELP("h", "help", Kind.COMMAND),
    VERSION("v", "version", Kind.COMMAND),
    TCP_SERVICE("t", "tcp-service", Kind.VALUE),
    UDP_SERVICE("u", "udp-service", Kind.VALUE),
    SCTP_SERVICE("", "sctp-service", Kind.VALUE),
    FWMARK_SERVICE("f", "fwmark-service", Kind.VALUE),
    IPV6("6", "ipv6", Kind.FLAG),
    SCHEDULER("s", "scheduler", Kind.VALUE),
    PERSISTENT("p", "persistent", Kind.OPTIONAL_VALUE),
    NETMASK("M", "netmask", Kind.VALUE),
    ENGINE("", "pe", Kind.VALUE),
    OPS("o", "ops", Kind.FLAG),
    FLAGS("b", "sched-flags", Kind.VALUE),
    REAL_SERVER("r", "real-server", Kind.VALUE),
    GATEWAYING("g", "gatewaying", Kind.FLAG),
    IPIP("i", "ipip", Kind.FLAG),
    MASQUERADING("m", "masquerading", Kind.FLAG),
    WEIGHT("w", "weight", Kind.VALUE),
    U_THRESHOLD("x", "u-threshold", Kind.VALUE),
    L_THRESHOLD("y", "l-threshold", Kind.VALUE),
    CONNECTION("c", "connection", Kind.FLAG),
    TIMEOUT("", "timeout", Kind.FLAG),
    DAEMON("", "daemon", Kind.FLAG),
    STATS("", "stats", Kind.FLAG),
    RATE("", "rate", Kind.FLAG),
    EXACT("", "exact", Kind.FLAG),
    THRESHOLDS("", "thresholds", Kind.FLAG),
    PERSISTENT_CONN("", "persistent-conn", Kind.FLAG),
    SORT("", "sort", Kind.FLAG),
    NOSORT("", "nosort", Kind.FLAG),
    NUMERIC("n", "numeric", Kind.FLAG),
    CONTROL("", "control", Kind.VALUE),
    JSON("", "json", Kind.FLAG);

    /** What an option takes. */
    enum Kind {
        /** Nothing; says what is to be done. */
        COMMAND,
        /** Nothing. */
        FLAG,
        /** A value. */
        VALUE,
        /** A value, or nothing. */
        OPTIONAL_VALUE
    }

    private final String letters;
    private final String word;
    private final Kind kind;

    IpvsadmOption(String letters, String word, Kind kind) {
        this.letters = letters;
        this.word = word;
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    boolean takesValue() {
        return kind == Kind.VALUE || kind == Kind.OPTIONAL_VALUE;
    }

    static @Nullable IpvsadmOption ofLetter(char letter) {
        return Arrays.stream(values())
                .filter(option -> option.letters.indexOf(letter) >= 0)
                .findFirst()
                .orElse(null);
    }

    static @Nullable IpvsadmOption ofWord(String word) {
        return Arrays.stream(values())
                .filter(option -> option.word.equals(word))
                .findFirst()
                .orElse(null);
    }

    /** As users write it: {@code -A}, {@code --set}. */
    @Override
    public String toString() {
        return letters.isEmpty() ? "--" + word : "-" + letters.charAt(0);
    }
}
