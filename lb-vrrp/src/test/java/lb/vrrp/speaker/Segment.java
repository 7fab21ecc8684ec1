package lb.vrrp.speaker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import lb.core.linux.Capabilities;
import lb.core.linux.Link;
import lb.core.linux.NetworkNamespace;
import lb.core.wire.IpAddress;
import lb.vrrp.automaton.Action;
import lb.vrrp.automaton.AnnouncementSettings;
import lb.vrrp.automaton.VirtualRouterSettings;
import lb.vrrp.wire.AdvertFormat;
import lb.vrrp.wire.VrrpVersion;
import org.junit.jupiter.api.Assertions;

/**
 * Two network namespaces joined by a cable, without a way out: "a" has 10.9.0.1 and "b" has
 * 10.9.0.2, both on eth0. One thread.
 */
final class Segment implements AutoCloseable {
    static final String LINK = "eth0";
    static final IpAddress A = IpAddress.parse("10.9.0.1");
    static final IpAddress B = IpAddress.parse("10.9.0.2");
    static final IpAddress VIP = IpAddress.parse("10.9.0.100");

    private static final long PATIENCE_NANOS = 40_000_000_000L;

    private final String prefix = "lbv-" + ProcessHandle.current().pid() + "-";
    private final List<Speaker> speakers = new ArrayList<>();

    /** What a speaker had done, in its order. Any thread. */
    static final class Diary implements SpeakerListener {
        final ConcurrentLinkedQueue<Action> actions = new ConcurrentLinkedQueue<>();

        @Override
        public void onAction(VrrpInstance instance, Action action) {
            actions.add(action);
        }
    }

    Segment() throws Exception {
        boolean able = Capabilities.current().missing().isEmpty();
        assumeTrue(able || "true".equals(System.getenv("CI")), "needs root for network namespaces");
        try {
            run("ip", "netns", "add", prefix + "a");
            run("ip", "netns", "add", prefix + "b");
            run(
                    "ip",
                    "-n",
                    prefix + "a",
                    "link",
                    "add",
                    LINK,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    LINK,
                    "netns",
                    prefix + "b");
            for (String side : List.of("a", "b")) {
                String address = (side.equals("a") ? A : B) + "/24";
                run("ip", "-n", prefix + side, "address", "add", address, "dev", LINK);
                run("ip", "-n", prefix + side, "link", "set", LINK, "up");
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Has "a" or "b" changed by ip(8). */
    void ip(String side, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", prefix + side));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    /** Does something in "a" or "b". */
    <T> T in(String side, Callable<T> work) throws Exception {
        return NetworkNamespace.in(prefix + side, work);
    }

    Speaker speaker(
            String side,
            List<VrrpInstance> instances,
            SpeakerSettings settings,
            SpeakerListener listener)
            throws Exception {
        Speaker speaker = in(side, () -> Speaker.start(instances, Set.of(VIP), settings, listener));
        speakers.add(speaker);
        return speaker;
    }

    static VrrpInstance instance(int vrid, int priority, long intervalNanos) {
        IpAddress vip = IpAddress.ofIpv4(VIP.ipv4() + vrid);
        return new VrrpInstance(
                "VI_" + vrid,
                LINK,
                AdvertFormat.of(VrrpVersion.V3, vrid, List.of(vip))
                        .advertIntervalNanos(intervalNanos)
                        .build(),
                VirtualRouterSettings.of(VrrpVersion.V3)
                        .priority(priority)
                        .advertIntervalNanos(intervalNanos)
                        .announcements(AnnouncementSettings.minimal())
                        .build(),
                null,
                Link.NO_MAC,
                vip);
    }

    static String state(Speaker speaker) {
        return speaker.statuses().stream()
                .map(VrrpStatus::state)
                .distinct()
                .collect(Collectors.joining(" "));
    }

    static long counter(Speaker speaker, String name) {
        Map<String, Long> counters = speaker.statuses().getFirst().counters();
        return counters.getOrDefault(name, -1L);
    }

    static void await(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                Assertions.fail("not in time: " + what);
            }
            sleep(2);
        }
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }

    @Override
    public void close() throws IOException {
        speakers.forEach(Speaker::close);
        for (String side : List.of("a", "b")) {
            run("ip", "netns", "del", prefix + side);
        }
    }
}
