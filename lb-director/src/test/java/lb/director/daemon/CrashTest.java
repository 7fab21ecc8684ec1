package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lb.director.lab.CommandResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients and the kernel see of a director that is killed. */
@Timeout(400)
class CrashTest {
    private static final int LARGE = 100_000_000;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int SILENCE_MILLIS = 1_500;
    private static final long LEASE_MILLIS = Boolean.getBoolean("lb.long") ? 3_500 : 10_000;

    /** What a new director can compute again: others need the connection table of the dead one. */
    private static final String CONFIGURATION = DirectorNetwork.configuration("mh");

    private static final String VIP = DirectorNetwork.VIP;

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

    @Test
    void anUploadOutlivesADirectorThatIsKilledAndStartedAgain() throws Exception {
        for (int i = 0; i < DirectorNetwork.repetitions(); i++) {
            String before = network.kernelState();
            RunningDirector first = network.start(CONFIGURATION);
            Resets resets = Resets.watch(DirectorNetwork.PORT, network.hosts());
            try (Upload upload = Upload.connect(network.client(), VIP, DirectorNetwork.PORT)) {
                CompletableFuture<Integer> result = upload.start(LARGE, PAUSE);
                awaitSent(upload, LARGE / 4);

                first.kill();
                try (RunningDirector second = network.start(CONFIGURATION)) {
                    assertThat(result).as("the upload was in the middle").isNotDone();
                    assertThat(result.get(60, TimeUnit.SECONDS)).isBetween(1, 2);
                    resets.stopWithoutAny();
                    assertThat(second.end("TERM")).isZero();
                }
            }
            assertThat(network.kernelState())
                    .as("what the second one leaves of both")
                    .isEqualTo(before);
        }
    }

    private static void awaitSent(Upload upload, long bytes) throws InterruptedException {
        while (upload.sent() < bytes) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void aKilledDirectorLeavesSilenceUntilCleanup() throws Exception {
        String before = network.kernelState();
        RunningDirector director = network.start(CONFIGURATION, "--set", "vip_lease=2");
        assertThat(network.upload(1000)).isBetween(1, 2);
        assertThat(network.kernelState()).contains(VIP, "clsact", "lb_steering", "managed");
        Resets resets = Resets.watch(DirectorNetwork.PORT, network.hosts());

        director.kill();
        long killedNanos = System.nanoTime();
        assertSilence();
        long askedNanos = System.nanoTime();
        while (network.kernelState().contains(VIP + "/")) {
            assertThat(askedNanos - killedNanos)
                    .as(
                            "the VIP is there for its lease of 2 s, which the kernel checks each second")
                    .isLessThan(TimeUnit.MILLISECONDS.toNanos(LEASE_MILLIS));
            askedNanos = System.nanoTime();
        }
        assertThat(network.kernelState()).contains("clsact", "lb_steering");
        // Even where the address is there, the port stays silent: it is the filter that does it.
        network.director().address("eth0", VIP + "/32");
        assertSilence();
        resets.stopWithoutAny();

        CommandResult cleanup = LbProgram.run(network.director(), "cleanup");
        assertThat(cleanup.errors()).isEmpty();
        assertThat(cleanup.exitCode()).isZero();
        assertThat(cleanup.output()).contains("removed filter", "eth0", DirectorNetwork.REAL_1);
        Resets afterwards = Resets.watch(DirectorNetwork.PORT, network.hosts());
        assertThatThrownBy(() -> network.upload(1000)).isInstanceOf(ConnectException.class);
        assertThat(afterwards.stop()).as("without the filter the host resets").isNotEmpty();
        DirectorNetwork.shell(network.director(), "ip address del " + VIP + "/32 dev eth0");
        assertThat(network.kernelState()).isEqualTo(before);
        assertThat(LbProgram.run(network.director(), "cleanup").output())
                .contains("nothing to clean up");
    }

    private static void assertSilence() {
        assertThatThrownBy(() ->
                        HostSockets.connect(
                                        network.client(), VIP, DirectorNetwork.PORT, SILENCE_MILLIS)
                                .close())
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void cleanupLeavesARunningDirectorAlone() throws Exception {
        try (RunningDirector director = network.start(CONFIGURATION)) {
            String running = network.kernelState();

            CommandResult cleanup = LbProgram.run(network.director(), "cleanup");

            assertThat(cleanup.output()).contains("nothing to clean up");
            assertThat(network.kernelState()).isEqualTo(running);
            assertThat(network.upload(1000)).isBetween(1, 2);
            assertThat(director.alive()).isTrue();
        }
    }
}
