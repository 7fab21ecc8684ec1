package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import lb.director.control.ControlClient;
import lb.director.control.ControlException;
import lb.director.lab.CommandResult;
import lb.director.plugin.PluginJars;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The scheduler of a live service is swapped while connections stream through it. */
@Timeout(180)
class SchedulerSwapTest {
    private static final String SERVICE = DirectorNetwork.VIP;
    private static final int STREAMS = 200;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static DirectorNetwork network;

    @BeforeAll
    static void open() throws Exception {
        network = DirectorNetwork.open();
    }

    @AfterAll
    static void close() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    private static JsonNode set(
            RunningDirector director, String name, boolean dryRun, String... flags)
            throws Exception {
        try (ControlClient client = ControlClient.connect(director.control())) {
            Map<String, Object> arguments =
                    Map.of(
                            "service", SERVICE,
                            "scheduler", name,
                            "flags", List.of(flags),
                            "dryRun", dryRun);
            return client.ask("scheduler-set", arguments, _ -> {});
        }
    }

    /** Connections that send all the time, each watching which real server answers. */
    private static final class Streams implements AutoCloseable {
        final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
        final AtomicLong answers = new AtomicLong();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();
        private final List<Upload> uploads = new ArrayList<>();

        Streams() throws Exception {
            for (int i = 0; i < STREAMS; i++) {
                uploads.add(
                        Upload.connect(
                                network.client(), DirectorNetwork.VIP, DirectorNetwork.PORT));
            }
            for (Upload upload : uploads) {
                threads.add(Thread.ofVirtual().start(() -> stream(upload)));
            }
        }

        private void stream(Upload upload) {
            try {
                int first = upload.send(2_000);
                while (!over.get()) {
                    int now = upload.send(2_000);
                    answers.incrementAndGet();
                    if (now != first) {
                        broken.add("moved from " + first + " to " + now);
                    }
                    Thread.sleep(20);
                }
            } catch (Exception e) {
                broken.add("broken: " + e);
            }
        }

        /** Waits until all have sent some more. */
        void goOn() throws InterruptedException {
            long before = answers.get();
            long wanted = 3L * STREAMS;
            long begin = System.nanoTime();
            while (answers.get() - before < wanted && broken.isEmpty()) {
                assertThat(System.nanoTime() - begin)
                        .as("ns for %d of %d answers", answers.get() - before, wanted)
                        .isLessThan(PATIENCE_NANOS);
                Thread.sleep(10);
            }
            assertThat(broken).isEmpty();
        }

        @Override
        public void close() throws Exception {
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            for (Upload upload : uploads) {
                upload.close();
            }
        }
    }

    private static List<Integer> newcomers(int count) throws Exception {
        List<Integer> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(network.upload(500));
        }
        return servers;
    }

    private static String scheduler(RunningDirector director) throws Exception {
        return director.ask("services").path("services").get(0).path("scheduler").asText();
    }

    @Test
    void establishedConnectionsStayAndNewOnesFollowTheNewScheduler() throws Exception {
        Path folder = PluginJars.folder(network.directory());
        String configuration = DirectorNetwork.configuration("wrr");
        try (RunningDirector director =
                        network.start(configuration, "--plugins", folder.toString());
                Streams streams = new Streams()) {
            streams.goOn();
            assertThat(Set.copyOf(newcomers(4))).as("wrr").containsExactlyInAnyOrder(1, 2);

            PluginJars.example(folder);
            JsonNode dry = set(director, "subnet", true);
            assertThat(dry.path("connections").asLong()).isGreaterThanOrEqualTo(STREAMS);
            assertThat(dry.path("connectionsElsewhere").asLong())
                    .as("wrr spread them, subnet would not")
                    .isBetween(STREAMS / 2L - 10, STREAMS / 2L + 10);
            assertThat(dry.path("slots").isNull()).isTrue();
            assertThat(scheduler(director)).as("a dry run changes nothing").isEqualTo("wrr");

            set(director, "subnet", false);
            assertThat(scheduler(director)).isEqualTo("subnet");
            assertThat(new HashSet<>(newcomers(8))).as("one network, one real server").hasSize(1);
            streams.goOn();

            director.reload(configuration, "reloaded ");
            assertThat(scheduler(director)).as("kept over a reload").isEqualTo("subnet");

            assertThat(set(director, "mh", true, "mh-port").path("keysMoved").asLong())
                    .isBetween(25_000L, 40_000L);
            set(director, "mh", false, "mh-port");
            assertThat(Set.copyOf(newcomers(24))).as("mh by port").containsExactlyInAnyOrder(1, 2);
            streams.goOn();
            JsonNode larger = set(director, "mh", true, "mh-port", "table-size=655373");
            assertThat(larger.path("slots").isNull()).as("other tables").isTrue();
            JsonNode same = set(director, "mh-bounded", true, "mh-port");
            assertThat(same.path("slots").asLong()).isEqualTo(4093);
            assertThat(same.path("slotsMoved").asLong()).isZero();

            CommandResult listed =
                    LbProgram.run(
                            network.director(),
                            "scheduler",
                            "list",
                            "--control",
                            director.control().toString());
            assertThat(listed.output()).containsPattern("subnet +\\S+subnet\\.jar +0\\.1\\.0 +yes");
            assertThat(streams.broken).isEmpty();
        }
    }

    @Test
    void aPluginThatFailsIsReplacedByTheFormerSchedulerAndNobodyNotices() throws Exception {
        Path folder = PluginJars.folder(network.directory());
        try (RunningDirector director =
                network.start(
                        DirectorNetwork.configuration("rr"), "--plugins", folder.toString())) {
            PluginJars.write(
                    folder,
                    "bad.jar",
                    "bad",
                    "throw new IllegalStateException(\"on purpose\");",
                    "");
            PluginJars.write(
                    folder,
                    "worse.jar",
                    "worse",
                    "return null;",
                    "public Scheduler create(List<RealServer> l, Set<String> f) { throw new Error(\"at once\"); }");

            assertThat(refusal(director, "worse")).contains("worse.jar", "at once");
            assertThat(refusal(director, "worst")).contains("there is no scheduler 'worst'");
            assertThat(scheduler(director)).isEqualTo("rr");

            set(director, "bad", false);
            assertThat(Set.copyOf(newcomers(4))).as("rr serves").containsExactlyInAnyOrder(1, 2);

            JsonNode service = director.ask("services").path("services").get(0);
            assertThat(service.path("schedulerFault").path("reason").asText())
                    .contains("on purpose");
            assertThat(service.path("schedulerFault").path("serving").asText()).isEqualTo("rr");
            assertThat(director.log().split("on purpose", -1).length - 1)
                    .as("logged once, with the exception")
                    .isBetween(1, 2);
            assertThat(refusal(director, "bad")).contains("put a mended jar into the folder");

            PluginJars.write(folder, "bad.jar", "bad", "return servers.getFirst();", "");
            set(director, "bad", false);
            assertThat(new HashSet<>(newcomers(4))).as("mended").containsExactly(2);
        }
    }

    private static String refusal(RunningDirector director, String name) throws Exception {
        try {
            set(director, name, false);
            return "";
        } catch (ControlException e) {
            return e.getMessage();
        }
    }
}
