package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads of real TCP stacks with all offloads on, through a director in a JVM of its own. */
@Timeout(400)
class UploadTest {
    private static final int LARGE = 100_000_000;
    private static final int SMALL = 10_000;
    private static final int SMALL_ONES = 2_000;
    private static final int AT_A_TIME = 200;

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

    @ParameterizedTest
    @ValueSource(strings = {"ring=v2", "ring=v3", "ring=auto", "workers=2"})
    void largeAndSmallUploadsArriveWithoutAReset(String setting) throws Exception {
        try (RunningDirector director =
                network.start(DirectorNetwork.configuration("rr"), "--set", setting)) {
            Resets resets = Resets.watch(DirectorNetwork.PORT, network.hosts());

            network.upload(LARGE);
            assertThat(director.awaitHandedOn(LARGE / 65_536 / 2)).isPositive();
            assertThat(director.verdict("FORWARDED"))
                    .as("oversize frames were forwarded: fewer than segments of 1,460 bytes")
                    .isPositive()
                    .isLessThan(LARGE / 1460);
            List<Long> before = network.uploads();
            for (int i = 0; i < DirectorNetwork.repetitions(); i++) {
                uploadManySmallOnes();
            }

            resets.stopWithoutAny();
            long expected = (long) SMALL_ONES * DirectorNetwork.repetitions();
            List<Long> after = network.uploads();
            for (int i = 0; i < 2; i++) {
                assertThat(after.get(i) - before.get(i))
                        .as("share of real server %d", i + 1)
                        .isBetween(expected * 45 / 100, expected * 55 / 100);
            }
            if (setting.equals("workers=2")) {
                director.ask("stats")
                        .path("workers")
                        .forEach(frames -> assertThat(frames.asLong()).isGreaterThan(SMALL_ONES));
            }
        }
    }

    @Test
    void uploadsOnlyWaitForADirectorThatIsHeldUp() throws Exception {
        try (RunningDirector director = network.start(DirectorNetwork.configuration("rr"))) {
            Resets resets = Resets.watch(DirectorNetwork.PORT, network.hosts());
            Thread holdUps =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < 3; i++) {
                                    pause(500);
                                    director.signal("STOP");
                                    pause(450);
                                    director.signal("CONT");
                                }
                            });
            uploadManySmallOnes();
            holdUps.join();
            resets.stopWithoutAny();
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void uploadManySmallOnes() throws Exception {
        Semaphore places = new Semaphore(AT_A_TIME);
        List<Future<Integer>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SMALL_ONES; i++) {
                places.acquire();
                Callable<Integer> one =
                        () -> {
                            try {
                                return network.upload(SMALL);
                            } finally {
                                places.release();
                            }
                        };
                all.add(threads.submit(one));
            }
            for (Future<Integer> one : all) {
                assertThat(one.get(60, TimeUnit.SECONDS)).isBetween(1, 2);
            }
        }
    }
}
