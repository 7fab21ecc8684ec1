package lb.bench.failover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import lb.bench.pps.JavaProgram;
import lb.core.wire.IpAddress;
import lb.core.wire.MacAddress;
import lb.director.lab.Bridge;
import lb.director.lab.Capture;
import lb.director.lab.CapturedFrame;
import lb.director.lab.Host;
import lb.director.lab.Keepalived;
import lb.director.lab.Lab;
import lb.director.lab.LabException;
import lb.director.lab.LabProcess;
import lb.director.lab.Takeover;
import lb.director.lab.VrrpAdvert;

/**
 * The runs: a keepalived with priority 150 is killed while a survivor with 100 stands by, each time
 * on a network of its own and with processes that have never taken over before. Owned by the
 * command's thread.
 */
final class FailoverRun {
    /** What was asked of whom. */
    record Setting(int centiseconds, Survivor survivor) {}

    private static final int VRID = 51;
    private static final String VIP = "10.9.0.100";
    private static final String ACTIVE_MAC = "02:00:00:00:00:01";
    private static final String SURVIVOR_MAC = "02:00:00:00:00:02";
    private static final Duration START = Duration.ofSeconds(60);

    /**
     * Standing by is meant, not starting: by then nothing is left of the start, nor of the removal
     * of the former run's network, during which the kernel changes no address.
     */
    private static final Duration LEAST_CALM = Duration.ofSeconds(1);

    /** A Backup whose peer was slow has taken over too early; then the run begins anew. */
    private static final int ATTEMPTS = 10;

    private final List<Integer> centiseconds;
    private final int runs;
    private final List<Survivor> survivors;
    private final Consumer<String> say;

    /**
     * One that has measured nothing.
     *
     * @param centiseconds the intervals, 1 to 4095 hundredths of a second
     * @param runs of each interval and survivor
     */
    FailoverRun(
            List<Integer> centiseconds, int runs, List<Survivor> survivors, Consumer<String> say) {
        this.centiseconds = centiseconds;
        this.runs = runs;
        this.survivors = survivors;
        this.say = say;
    }

    /**
     * Measures.
     *
     * @return one entry a run, in the order of intervals and survivors
     * @throws LabException when the network or a program does not work
     */
    Map<Setting, List<FailoverFigures>> run() throws InterruptedException {
        Map<Setting, List<FailoverFigures>> all = new LinkedHashMap<>();
        for (int interval : centiseconds) {
            for (int run = 1; run <= runs; run++) {
                for (Survivor survivor : survivors) {
                    Setting setting = new Setting(interval, survivor);
                    FailoverFigures figures = measure(setting);
                    all.computeIfAbsent(setting, _ -> new ArrayList<>()).add(figures);
                    say.accept(
                            String.format(
                                    Locale.ROOT,
                                    "%.2f s, run %d of %d, %s: silence %.1f ms, announced %.1f ms later",
                                    interval / 100.0,
                                    run,
                                    runs,
                                    survivor,
                                    figures.silence(),
                                    figures.announcement()));
                }
            }
        }
        return all;
    }

    private FailoverFigures measure(Setting setting) throws InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try (Lab lab = Lab.open()) {
                Optional<FailoverFigures> figures = measure(lab, setting);
                if (figures.isPresent()) {
                    return figures.get();
                }
                say.accept("the Active was not Active when it was killed: once more");
            }
        }
        throw new LabException(
                "in "
                        + ATTEMPTS
                        + " attempts keepalived was never Active when it was to be killed; this machine is too busy for an interval of "
                        + setting.centiseconds() * 10
                        + " ms");
    }

    private static Optional<FailoverFigures> measure(Lab lab, Setting setting)
            throws InterruptedException {
        Bridge bridge = lab.bridge("sw");
        Host active = lab.host("a").attach(bridge, "eth0", ACTIVE_MAC, "10.9.0.1/24");
        Host survivor = lab.host("b").attach(bridge, "eth0", SURVIVOR_MAC, "10.9.0.2/24");
        Host observer = lab.host("o").attach(bridge, "eth0", "02:00:00:00:00:03", "10.9.0.3/24");
        Capture capture = observer.captureShortFrames("eth0", "ip proto 112 or arp");
        LabProcess dying = Keepalived.start(active, lab.directory(), configuration(setting, 150));
        dying.awaitOutput("Entering MASTER STATE", START);
        standBy(lab, survivor, setting);
        awaitPeace(capture, setting);
        // At any phase of the interval.
        TimeUnit.MILLISECONDS.sleep(
                ThreadLocalRandom.current().nextLong(setting.centiseconds() * 10L + 100));
        long killed = epochNanos();
        dying.kill();
        return awaitTakeover(capture, killed, setting);
    }

    private static void standBy(Lab lab, Host host, Setting setting) {
        String configuration = configuration(setting, 100);
        switch (setting.survivor()) {
            case KEEPALIVED ->
                    Keepalived.start(host, lab.directory(), configuration)
                            .awaitOutput("Entering BACKUP STATE", START);
            case LB -> {
                Path file = write(lab, "lb.conf", configuration);
                String control = lab.directory().resolve("lb.sock").toString();
                List<String> command =
                        JavaProgram.command(
                                "lb.director.Main",
                                JavaProgram.optionsOfTheUser(),
                                List.of("run", "-c", file.toString(), "--control", control));
                host.start("lb", command.toArray(String[]::new)).awaitOutput("ready", START);
            }
        }
    }

    /** Until the Active alone has spoken for longer than the survivor would have waited. */
    private static void awaitPeace(Capture capture, Setting setting) throws InterruptedException {
        long calm = Math.max(LEAST_CALM.toNanos(), setting.centiseconds() * 50_000_000L);
        long deadline = System.nanoTime() + START.toNanos();
        long began = epochNanos();
        while (System.nanoTime() - deadline < 0) {
            long since = Math.max(began, lastOfTheSurvivor(capture.frames()));
            if (epochNanos() - since > calm) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static long lastOfTheSurvivor(List<CapturedFrame> frames) {
        long mac = MacAddress.parse(SURVIVOR_MAC);
        return VrrpAdvert.in(frames).stream()
                .filter(advert -> advert.mac() == mac)
                .mapToLong(VrrpAdvert::epochNanos)
                .max()
                .orElse(0);
    }

    private static Optional<FailoverFigures> awaitTakeover(
            Capture capture, long killed, Setting setting) throws InterruptedException {
        long interval = setting.centiseconds() * 10_000_000L;
        long deadline = System.nanoTime() + START.toNanos();
        while (System.nanoTime() - deadline < 0) {
            List<CapturedFrame> frames = capture.frames();
            long early =
                    lastOfTheSurvivor(
                            frames.stream().filter(f -> f.epochNanos() < killed).toList());
            if (killed - early < 2 * interval) {
                return Optional.empty();
            }
            Optional<Takeover> found =
                    Takeover.find(
                            frames,
                            VRID,
                            IpAddress.parse(VIP),
                            MacAddress.parse(ACTIVE_MAC),
                            MacAddress.parse(SURVIVOR_MAC),
                            killed);
            if (found.isPresent()) {
                return found.map(takeover -> figures(takeover, killed));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new LabException(setting.survivor() + " did not take over");
    }

    private static FailoverFigures figures(Takeover takeover, long killed) {
        return new FailoverFigures(
                takeover.silenceNanos() / 1e6,
                takeover.announcementNanos() / 1e6,
                (takeover.firstAnnouncementNanos() - killed) / 1e6);
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private static String configuration(Setting setting, int priority) {
        return String.format(
                Locale.ROOT,
                """
                vrrp_instance BENCH {
                    interface eth0
                    virtual_router_id %d
                    version 3
                    state BACKUP
                    priority %d
                    advert_int %.2f
                    virtual_ipaddress {
                        %s/24
                    }
                }
                """,
                VRID,
                priority,
                setting.centiseconds() / 100.0,
                VIP);
    }

    private static Path write(Lab lab, String name, String text) {
        try {
            return Files.writeString(lab.directory().resolve(name), text);
        } catch (IOException e) {
            throw new LabException("cannot write " + name + ": " + e.getMessage(), e);
        }
    }
}
