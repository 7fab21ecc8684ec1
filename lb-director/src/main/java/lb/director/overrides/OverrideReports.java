package lb.director.overrides;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lb.core.service.Persistence;
import lb.core.service.RealServerDefinition;
import lb.core.service.ServiceKey;
import lb.director.control.OverrideReport;
import org.jspecify.annotations.Nullable;

/** Overrides in the operator's words. Stateless; any thread. */
public final class OverrideReports {
    private OverrideReports() {}

    /**
     * A report for each thing that differs from the configuration.
     *
     * @param nowNanos as by {@link System#nanoTime}, for what is left until deadlines
     */
    public static List<OverrideReport> of(Overrides overrides, long nowNanos) {
        List<OverrideReport> reports = new ArrayList<>();
        TimeoutsOverride timeouts = overrides.timeouts();
        if (!timeouts.equals(TimeoutsOverride.NONE)) {
            String text =
                    "timeouts tcp %d tcpfin %d udp %d (0: as configured)"
                            .formatted(
                                    timeouts.tcpSeconds(),
                                    timeouts.tcpFinSeconds(),
                                    timeouts.udpSeconds());
            reports.add(new OverrideReport(null, null, text, null));
        }
        overrides
                .services()
                .forEach((key, override) -> {
                    String service = service(override);
                    if (!service.isEmpty()) {
                        reports.add(new OverrideReport(key.toString(), null, service, null));
                    }
                    override.realServers()
                            .forEach((address, one) ->
                                    reports.add(
                                            new OverrideReport(
                                                    key.toString(),
                                                    ServiceKey.endpoint(address, key.port()),
                                                    realServer(one),
                                                    secondsLeft(one.departure(), nowNanos))));
                });
        return List.copyOf(reports);
    }

    private static String service(ServiceOverride override) {
        List<String> words = new ArrayList<>();
        switch (override.origin()) {
            case ADDED -> words.add("added");
            case REMOVED -> words.add("removed");
            case CONFIGURED -> {
                // What differs follows.
            }
        }
        SchedulerChoice scheduler = override.scheduler();
        if (scheduler != null) {
            words.add("scheduler " + scheduler.name());
            scheduler.flags().stream().sorted().forEach(words::add);
        }
        Stickiness stickiness = override.stickiness();
        if (stickiness != null) {
            Persistence persistence = stickiness.persistence();
            words.add(
                    persistence.isOn()
                            ? "persistence " + persistence.timeoutSeconds() + " s"
                            : "no persistence");
            if (stickiness.onePacket()) {
                words.add("ops");
            }
        }
        return String.join(", ", words);
    }

    private static String realServer(RealServerOverride override) {
        List<String> words = new ArrayList<>();
        RealServerDefinition definition = override.definition();
        Integer weight = override.weight();
        if (definition != null && weight == null) {
            weight = definition.weight();
        }
        switch (override.departure()) {
            case Departure.Draining _ -> words.add("draining");
            case Departure.Leaving _ -> words.add("leaving");
            case Departure.Gone _ -> words.add("removed");
            case Departure.None _ -> {
                if (weight != null) {
                    words.add("weight " + weight);
                }
            }
        }
        if (definition != null && definition.upperThreshold() > 0) {
            words.add(
                    "thresholds "
                            + definition.upperThreshold()
                            + " "
                            + definition.lowerThreshold());
        }
        return String.join(", ", words);
    }

    private static @Nullable Long secondsLeft(Departure departure, long nowNanos) {
        Long deadline = departure.deadline();
        return deadline == null
                ? null
                : (Long) Math.max(0, TimeUnit.NANOSECONDS.toSeconds(deadline - nowNanos));
    }
}
