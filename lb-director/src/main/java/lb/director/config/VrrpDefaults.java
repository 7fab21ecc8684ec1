package lb.director.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import lb.director.config.syntax.Location;
import lb.director.config.syntax.Statement;
import lb.director.config.syntax.Word;
import org.jspecify.annotations.Nullable;

/**
 * The {@code vrrp_…} keywords of {@code global_defs}, as they come in. Owned by the reading thread.
 */
final class VrrpDefaults {
    /** Seconds that a garp_* time may have. */
    private static final long MAXIMUM_SECONDS = 86_400;

    /** The same keywords in an instance and, behind {@code vrrp_}, in global_defs. */
    static final class Garp {
        @Nullable Integer repeat;
        @Nullable Long delayNanos;
        @Nullable Long refreshNanos;
        @Nullable Integer refreshRepeat;
        @Nullable Integer lowerRepeat;
        @Nullable Long lowerDelayNanos;
        @Nullable Long garpGapNanos;
        @Nullable Long gnaGapNanos;
        @Nullable Long extraNanos;
        boolean minimal;
    }

    final Garp garp = new Garp();
    @Nullable Integer version;
    @Nullable Boolean lowerPriorityNoAdvert;
    @Nullable Boolean higherPrioritySendAdvert;
    @Nullable Boolean checkUnicastSource;
    @Nullable Boolean skipCheckAdvAddr;
    @Nullable Integer realtimePriority;
    @Nullable Integer nice;
    int downTimerAdverts = 3;
    long startupDelayNanos;
    long delayAfterBootNanos;
    boolean strict;
    final List<GarpGroup> groups = new ArrayList<>();
    @Nullable InetAddress group4;
    @Nullable InetAddress group6;

    static final Map<String, Keywords.Action<VrrpDefaults>> LINES = lines();

    private static Map<String, Keywords.Action<VrrpDefaults>> lines() {
        Map<String, Keywords.Action<VrrpDefaults>> lines = new LinkedHashMap<>();
        garpLines()
                .forEach((name, action) ->
                        lines.put(
                                "vrrp_" + name,
                                (draft, statement, reading) ->
                                        action.apply(draft.garp, statement, reading)));
        lines.put("vrrp_min_garp", bool((draft, value) -> draft.garp.minimal = on(value)));
        addElection(lines);
        addThread(lines);
        lines.put(
                "vrrp_mcast_group4",
                (draft, statement, reading) -> draft.group4 = group(statement, true, reading));
        lines.put(
                "vrrp_mcast_group6",
                (draft, statement, reading) -> draft.group6 = group(statement, false, reading));
        return lines;
    }

    private static void addElection(Map<String, Keywords.Action<VrrpDefaults>> lines) {
        lines.put("vrrp_version", integer(2, 3, (draft, value) -> draft.version = value));
        lines.put(
                "vrrp_lower_prio_no_advert",
                bool((draft, value) -> draft.lowerPriorityNoAdvert = value));
        lines.put(
                "vrrp_higher_prio_send_advert",
                bool((draft, value) -> draft.higherPrioritySendAdvert = value));
        lines.put(
                "vrrp_check_unicast_src", bool((draft, value) -> draft.checkUnicastSource = value));
        lines.put(
                "vrrp_skip_check_adv_addr", bool((draft, value) -> draft.skipCheckAdvAddr = value));
        lines.put(
                "vrrp_down_timer_adverts",
                integer(
                        1,
                        100,
                        (draft, value) -> draft.downTimerAdverts = value == null ? 3 : value));
        lines.put(
                "vrrp_startup_delay",
                nanos(
                        MAXIMUM_SECONDS,
                        (draft, value) -> draft.startupDelayNanos = value == null ? 0 : value));
        lines.put(
                "vrrp_delay_after_boot",
                nanos(
                        MAXIMUM_SECONDS,
                        (draft, value) -> draft.delayAfterBootNanos = value == null ? 0 : value));
        lines.put("vrrp_strict", bool((draft, value) -> draft.strict = on(value)));
    }

    private static void addThread(Map<String, Keywords.Action<VrrpDefaults>> lines) {
        lines.put(
                "vrrp_rt_priority",
                integer(0, 99, (draft, value) -> draft.realtimePriority = value));
        lines.put("vrrp_priority", integer(-20, 19, (draft, value) -> draft.nice = value));
        lines.put(
                "vrrp_no_swap",
                ignored(
                        "the memory of a Java process is not locked; give the machine enough, or no"
                                + " swap"));
        lines.put(
                "vrrp_rlimit_rttime",
                ignored("the limit of the process is kept to, set it with LimitRTTIME of systemd"));
    }

    private static <D> Keywords.Action<D> bool(BiConsumer<D, @Nullable Boolean> set) {
        return (draft, statement, reading) -> set.accept(draft, Values.bool(statement, reading));
    }

    private static <D> Keywords.Action<D> integer(
            int least, int most, BiConsumer<D, @Nullable Integer> set) {
        return (draft, statement, reading) ->
                set.accept(draft, Values.integer(statement, least, most, reading));
    }

    private static <D> Keywords.Action<D> nanos(
            long maximumSeconds, BiConsumer<D, @Nullable Long> set) {
        return (draft, statement, reading) ->
                set.accept(draft, time(statement, maximumSeconds, reading));
    }

    private static Keywords.Action<VrrpDefaults> ignored(String why) {
        return (_, statement, reading) ->
                reading.adjusted(statement.location(), statement.name() + " is ignored: " + why);
    }

    GlobalDefinitions.VrrpThread thread() {
        GlobalDefinitions.VrrpThread otherwise = GlobalDefinitions.VrrpThread.DEFAULT;
        return new GlobalDefinitions.VrrpThread(
                realtimePriority == null ? otherwise.realtimePriority() : realtimePriority,
                nice == null ? otherwise.nice() : nice);
    }

    /** How many arguments a keyword takes at most. */
    static int arguments(String keyword) {
        return keyword.endsWith("garp_extra_if") ? 2 : 1;
    }

    static Map<String, Keywords.Action<Garp>> garpLines() {
        Map<String, Keywords.Action<Garp>> lines = new LinkedHashMap<>();
        lines.put("garp_master_repeat", integer(1, 1000, (garp, value) -> garp.repeat = value));
        lines.put(
                "garp_master_delay",
                nanos(MAXIMUM_SECONDS, (garp, value) -> garp.delayNanos = value));
        lines.put(
                "garp_master_refresh",
                nanos(MAXIMUM_SECONDS, (garp, value) -> garp.refreshNanos = value));
        lines.put(
                "garp_master_refresh_repeat",
                integer(1, 1000, (garp, value) -> garp.refreshRepeat = value));
        lines.put(
                "garp_lower_prio_repeat",
                integer(0, 1000, (garp, value) -> garp.lowerRepeat = value));
        lines.put(
                "garp_lower_prio_delay",
                nanos(MAXIMUM_SECONDS, (garp, value) -> garp.lowerDelayNanos = value));
        lines.put("garp_interval", nanos(10, (garp, value) -> garp.garpGapNanos = value));
        lines.put("gna_interval", nanos(10, (garp, value) -> garp.gnaGapNanos = value));
        lines.put("garp_extra_if", VrrpDefaults::extraInterfaces);
        return lines;
    }

    /** {@code garp_extra_if [all] SECONDS}; without {@code all} it is for VMAC interfaces only. */
    private static void extraInterfaces(Garp garp, Statement statement, Reading reading) {
        List<Word> words = statement.arguments();
        boolean all = !words.isEmpty() && words.getFirst().text().equals("all");
        List<Word> rest = new ArrayList<>(words.subList(all ? 1 : 0, words.size()));
        rest.addFirst(statement.keyword());
        Long nanos = time(new Statement(rest, null), MAXIMUM_SECONDS, reading);
        if (nanos != null && nanos > 0 && !all) {
            reading.adjusted(
                    statement.location(),
                    statement.name()
                            + " without 'all' is for interfaces of use_vmac alone; write "
                            + statement.name()
                            + " all "
                            + words.getFirst().text());
        }
        garp.extraNanos = nanos == null || !all ? Long.valueOf(0) : nanos;
    }

    static boolean on(@Nullable Boolean value) {
        return value != null && value;
    }

    /** The first argument as a time in seconds from 0 on, or null after a report. */
    static @Nullable Long time(Statement statement, long maximumSeconds, Reading reading) {
        Word word = statement.argument(0);
        if (word != null && word.text().matches("0{1,9}(\\.0{1,9})?")) {
            return 0L;
        }
        Long nanos = Values.nanos(statement, reading);
        if (nanos != null && word != null && nanos > maximumSeconds * 1_000_000_000L) {
            reading.error(
                    word.location(),
                    statement.name()
                            + " "
                            + word.text()
                            + " is out of range; allowed is 0 to "
                            + maximumSeconds
                            + " s");
            return null;
        }
        return nanos;
    }

    /** The first argument as a multicast address of a family, or null after a report. */
    static @Nullable InetAddress group(Statement statement, boolean ipv4, Reading reading) {
        Word word = statement.argument(0);
        Location place = word == null ? statement.location() : word.location();
        InetAddress address = word == null ? null : Addresses.parse(word.text());
        if (address == null || !address.isMulticastAddress() || Addresses.isIpv4(address) != ipv4) {
            reading.error(
                    place,
                    statement.name()
                            + " needs "
                            + (ipv4 ? "an IPv4" : "an IPv6")
                            + " multicast address, such as "
                            + (ipv4 ? "224.0.0.18" : "ff02::12"));
            return null;
        }
        return address;
    }
}
