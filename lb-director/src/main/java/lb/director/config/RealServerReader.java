package lb.director.config;

import java.net.InetAddress;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/** The block {@code real_server IP [port] { ... }}. Stateless. */
final class RealServerReader {

    /** A real server as it comes in; what stays null is inherited from its virtual server. */
    static final class Draft {
        final Location location;
        final InetAddress address;
        final @Nullable Word portWord;
        final int port;
        @Nullable Integer weight;
        @Nullable Boolean inhibitOnFailure;
        @Nullable ForwardingMethod method;
        int upperThreshold;
        int lowerThreshold;

        Draft(Location location, InetAddress address, @Nullable Word portWord, int port) {
            this.location = location;
            this.address = address;
            this.portWord = portWord;
            this.port = port;
        }
    }

    private static final Keywords<Draft> KEYWORDS =
            new Keywords<Draft>("real_server")
                    .line(
                            "weight",
                            0,
                            1,
                            (draft, statement, reading) -> {
                                Integer weight = Values.integer(statement, 0, 65535, reading);
                                draft.weight = weight == null ? draft.weight : weight;
                            })
                    .line(
                            "inhibit_on_failure",
                            0,
                            1,
                            (draft, statement, reading) ->
                                    draft.inhibitOnFailure = Values.bool(statement, reading))
                    .line(
                            "lvs_method",
                            "lb_kind",
                            1,
                            8,
                            (draft, statement, reading) ->
                                    draft.method = ForwardingMethod.read(statement, reading))
                    .line("uthreshold", 0, 1, RealServerReader::upperThreshold)
                    .line("lthreshold", 0, 1, RealServerReader::lowerThreshold);

    private RealServerReader() {}

    /** A real server, or null if its address or port is wrong. */
    static @Nullable Draft read(Statement statement, Reading reading) {
        Word addressWord = statement.arguments().getFirst();
        InetAddress address = Values.address(addressWord, "real_server", reading);
        Word portWord = statement.argument(1);
        Integer port =
                portWord == null
                        ? Integer.valueOf(0)
                        : Values.integer(portWord, "port", 0, 65535, reading);
        if (address == null || port == null) {
            return null;
        }
        Draft draft = new Draft(statement.location(), address, portWord, port);
        KEYWORDS.read(draft, statement.body(), reading);
        if (draft.upperThreshold > 0 && draft.lowerThreshold > draft.upperThreshold) {
            reading.error(
                    draft.location,
                    "real_server "
                            + addressWord.text()
                            + ": lthreshold "
                            + draft.lowerThreshold
                            + " is above uthreshold "
                            + draft.upperThreshold);
        }
        return draft;
    }

    private static void upperThreshold(Draft draft, Statement statement, Reading reading) {
        Integer value = Values.integer(statement, 0, Integer.MAX_VALUE, reading);
        draft.upperThreshold = value == null ? 0 : value;
        reading.uses(Feature.THRESHOLDS, statement.location());
    }

    private static void lowerThreshold(Draft draft, Statement statement, Reading reading) {
        Integer value = Values.integer(statement, 0, Integer.MAX_VALUE, reading);
        draft.lowerThreshold = value == null ? 0 : value;
        reading.uses(Feature.THRESHOLDS, statement.location());
    }
}
