package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import lb.core.linux.PacketInterface;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a worker gets of its group when the kernel refuses, which it does where a filter is locked.
 */
final class RingGroupTest {
    private static final int SOL_SOCKET = 1;
    private static final int SO_LOCK_FILTER = 44;

    private final BlockingQueue<Optional<ReceiveRing>> answers = new ArrayBlockingQueue<>(1);
    private LabNamespaces lab;
    private RingGroup group;
    private boolean otherHasLeft;

    @BeforeEach
    void open() {
        lab = LabNamespaces.make("a", "b");
        lab.cable("a", "left", "b", "right");
        group =
                lab.inside(
                        "b",
                        () ->
                                new RingGroup(
                                        PacketInterface.named("right"),
                                        2,
                                        PacketChannelOptions.auto()));
    }

    @AfterEach
    void close() {
        try (LabNamespaces closing = lab) {
            if (group != null) {
                group.close(0);
                if (!otherHasLeft) {
                    group.close(1);
                }
            }
        }
    }

    private Optional<ReceiveRing> toV3() throws InterruptedException {
        group.toV3(0, ring -> answers.add(Optional.ofNullable(ring)));
        return answer();
    }

    private Optional<ReceiveRing> toV2() throws InterruptedException {
        group.toV2(0, ring -> answers.add(Optional.ofNullable(ring)));
        return answer();
    }

    private Optional<ReceiveRing> answer() throws InterruptedException {
        Optional<ReceiveRing> answer = answers.poll(10, TimeUnit.SECONDS);
        assertThat(answer).as("an answer").isNotNull();
        return answer;
    }

    /** From now on the group's program cannot be replaced. */
    private void refuseChanges() throws Throwable {
        MethodHandle setsockopt =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("setsockopt"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int result =
                    (int)
                            setsockopt.invokeExact(
                                    group.v2(0).socket().fd(),
                                    SOL_SOCKET,
                                    SO_LOCK_FILTER,
                                    arena.allocateFrom(ValueLayout.JAVA_INT, 1),
                                    Integer.BYTES);
            assertThat(result).isZero();
        }
    }

    @Test
    void aRefusedChangeLeavesTheRingThatItsWorkerHoldsOpen() throws Throwable {
        ReceiveRing spare = toV3().orElseThrow();
        assertThat(toV2()).containsSame(group.v2(0));
        refuseChanges();
        assertThat(toV3()).isEmpty();
        assertThat(lab.packetSockets("b")).as("both V2 and the spare").isEqualTo(3);
        assertThat(spare.isDrained()).isTrue();
        group.giveBackV3(0);
        FrameRecorder.await(() -> lab.packetSockets("b") == 2);
    }

    @Test
    void aRefusedChangeClosesTheRingThatNobodyHolds() throws Throwable {
        refuseChanges();
        assertThat(toV3()).isEmpty();
        assertThat(lab.packetSockets("b")).isEqualTo(2);
    }

    @Test
    void nothingChangesAnyMoreWhenAnotherWorkerHasLeft() throws Exception {
        // The kernel has given its number to another member.
        group.close(1);
        otherHasLeft = true;
        assertThat(toV3()).isEmpty();
        assertThat(lab.packetSockets("b")).isEqualTo(1);
    }
}
