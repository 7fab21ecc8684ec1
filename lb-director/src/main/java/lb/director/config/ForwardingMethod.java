package lb.director.config;

import java.util.Locale;
import java.util.Set;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;

/**
 * An lvs_method and where it was said. Immutable.
 *
 * @param name DR, NAT or TUN
 */
record ForwardingMethod(String name, Location location) {

    private static final Set<String> NAMES = Set.of("DR", "NAT", "TUN");

    /** The method of an lvs_method or lb_kind line; what is none is reported. */
    static ForwardingMethod read(Statement statement, Reading reading) {
        Word word = statement.arguments().getFirst();
        String name = word.text().toUpperCase(Locale.ROOT);
        boolean known = NAMES.contains(name);
        if (!known) {
            reading.error(word.location(), statement.name() + " needs DR, not " + word.shown());
        } else if (statement.argumentCount() > 1 && !name.equals("TUN")) {
            Word extra = statement.arguments().get(1);
            reading.dropped(
                    extra.location(), extra.shown() + " is ignored: " + name + " takes no option");
        }
        // After an error DR is as good as any: it keeps a second error about the same line away.
        return new ForwardingMethod(known ? name : "DR", word.location());
    }

    /** Reports a method other than DR, unless the operator told us to take everything as DR. */
    void require(String owner, Reading reading) {
        if (name.equals("DR")) {
            return;
        }
        if (reading.options().assumeDr()) {
            reading.adjusted(
                    location,
                    "lvs_method " + name + " of " + owner + " is taken as DR (--assume-dr)");
        } else {
            reading.error(
                    location,
                    "lvs_method "
                            + name
                            + " is not possible: this director does direct routing only; write"
                            + " 'lvs_method DR' and give each real server the VIP on lo, or start with --assume-dr");
        }
    }

    /** Reports a virtual server that says no method at all, which is NAT in keepalived. */
    static void reportMissing(Location place, String owner, Reading reading) {
        if (reading.options().assumeDr()) {
            reading.adjusted(place, owner + " has no lvs_method; DR is taken (--assume-dr)");
        } else {
            reading.error(
                    place,
                    owner
                            + " has no lvs_method, which means NAT in keepalived; this director does direct routing"
                            + " only: add 'lvs_method DR', or start with --assume-dr");
        }
    }
}
