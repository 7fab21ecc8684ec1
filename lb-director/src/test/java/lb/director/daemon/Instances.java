package lb.director.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Configurations for both programs: some vrrp_instances that differ in number, way to speak and
 * priority. Immutable; any thread.
 */
record Instances(List<One> all) {
    /**
     * One vrrp_instance, which goes by the name of its number.
     *
     * @param words further lines
     */
    record One(int vrid, int priority, String interval, String words, List<String> vips) {
        String text() {
            return """
            vrrp_instance V%d {
                interface eth0
                virtual_router_id %d
                priority %d
                advert_int %s
                %s
                virtual_ipaddress {
                    %s
                }
            }
            """
                    .formatted(vrid, vrid, priority, interval, words, String.join("\n", vips));
        }

        One withPriority(int other) {
            return new One(vrid, other, interval, words, vips);
        }

        One with(String line) {
            return new One(vrid, priority, interval, words + "\n" + line, vips);
        }

        One withInterval(String other) {
            return new One(vrid, priority, other, words, vips);
        }

        One withVips(List<String> others) {
            return new One(vrid, priority, interval, words, others);
        }

        /** The first global VIP, without its prefix length. */
        String vip() {
            return vips.getLast().replaceAll("/.*", "");
        }
    }

    static Instances of(One... all) {
        return new Instances(List.of(all));
    }

    /** Version 2, which counts seconds; its VIP is 10.9.0.(vrid). */
    static One v2(int vrid, int priority) {
        return new One(vrid, priority, "1", "version 2", List.of("10.9.0." + vrid + "/24"));
    }

    /** Version 3 over IPv4. */
    static One v3(int vrid, int priority, String interval) {
        return new One(vrid, priority, interval, "version 3", List.of("10.9.0." + vrid + "/24"));
    }

    /** Version 3 over IPv6, with the link-local VIP first, as RFC 9568 erratum 8300 has it. */
    static One v6(int vrid, int priority, String interval) {
        return new One(
                vrid,
                priority,
                interval,
                "version 3",
                List.of(
                        String.format(Locale.ROOT, "fe80::1%02x/64", vrid),
                        String.format(Locale.ROOT, "fd00:9::1%02x/64", vrid)));
    }

    static List<String> manyVips(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "10.9." + (8 + i / 250) + "." + (1 + i % 250) + "/24")
                .toList();
    }

    Instances plus(One one) {
        List<One> more = new ArrayList<>(all);
        more.add(one);
        return new Instances(more);
    }

    String text() {
        return all.stream().map(One::text).collect(Collectors.joining());
    }
}
