package lb.core.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import lb.core.wire.Memory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Capture file in, capture file out, byte for byte. */
final class PcapChannelTest {
    private static final int FRAMES = 200;
    private static final int ETHERNET = 1;
    private static final int RAW_IP = 101;

    @TempDir Path folder;

    private Path in;
    private Path out;

    @BeforeEach
    void files() {
        in = folder.resolve("in.pcap");
        out = folder.resolve("out.pcap");
    }

    /** A capture with random frames, 1.000001 seconds apart (pcap(5), savefile(5)). */
    private static byte[] capture(int linkType) {
        Random random = new Random(7);
        ByteBuffer file = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
        file.putInt(262_144).putInt(linkType);
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = new byte[60 + random.nextInt(1455)];
            random.nextBytes(frame);
            file.putInt(1_700_000_000 + i).putInt(i).putInt(frame.length).putInt(frame.length);
            file.put(frame);
        }
        return Arrays.copyOf(file.array(), file.position());
    }

    @Test
    void aCaptureThatIsForwardedUnchangedComesOutByteForByte() throws IOException {
        byte[] capture = capture(ETHERNET);
        Files.write(in, capture);
        try (PcapChannel channel = PcapChannel.open(in, out)) {
            channel.pipeline().addLast(new Forwarder(channel));
            assertThat(channel.run()).isEqualTo(FRAMES);
        }
        assertThat(Files.readAllBytes(out)).isEqualTo(capture);
    }

    @Test
    void theTimeIsThatOfTheFrameBeingProcessed() throws IOException {
        Files.write(in, capture(ETHERNET));
        try (PcapChannel channel = PcapChannel.open(in, out)) {
            Forwarder forwarder = new Forwarder(channel);
            channel.pipeline().addLast(forwarder);
            channel.run();
            assertThat(forwarder.times).hasSize(FRAMES);
            assertThat(forwarder.times.getFirst()).isEqualTo(1_700_000_000_000_000_000L);
            assertThat(forwarder.times.getLast()).isEqualTo(1_700_000_199_000_199_000L);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> PcapChannel.open(in, out))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(in.toString())
                .hasMessageContaining("No such file");
    }

    @Test
    void aFileThatIsNoCaptureIsNamed() throws IOException {
        Files.write(in, "virtual_server 10.0.0.1 80 {\n}\n".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> PcapChannel.open(in, out))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(in.toString())
                .hasMessageContaining("as a capture");
    }

    @Test
    void anotherLinkTypeThanEthernetIsRefused() throws IOException {
        Files.write(in, capture(RAW_IP));
        assertThatThrownBy(() -> PcapChannel.open(in, out))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(in.toString())
                .hasMessageContaining("only Ethernet");
    }

    @Test
    void aCaptureThatBreaksOffTellsAfterWhichFrame() throws IOException {
        byte[] capture = capture(ETHERNET);
        Files.write(in, Arrays.copyOf(capture, capture.length - 10));
        try (PcapChannel channel = PcapChannel.open(in, out)) {
            channel.pipeline().addLast(new Forwarder(channel));
            assertThatThrownBy(channel::run)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(in.toString())
                    .hasMessageContaining("damaged after frame " + (FRAMES - 1));
        }
    }

    @Test
    void anOutputThatCannotBeWrittenIsNamed() throws IOException {
        Files.write(in, capture(ETHERNET));
        Path nowhere = folder.resolve("missing/out.pcap");
        assertThatThrownBy(() -> PcapChannel.open(in, nowhere))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write " + nowhere);
    }

    @Test
    void anExceptionInAHandlerEndsTheReplay() throws IOException {
        Files.write(in, capture(ETHERNET));
        try (PcapChannel channel = PcapChannel.open(in, out)) {
            channel.pipeline()
                    .addLast(
                            new ChannelInboundHandlerAdapter() {
                                @Override
                                public void channelRead(
                                        ChannelHandlerContext context, Object message) {
                                    throw new IllegalStateException("on purpose");
                                }
                            });
            assertThatThrownBy(channel::run).hasMessageContaining("on purpose");
        }
    }

    private static final class Forwarder extends ChannelInboundHandlerAdapter {
        private final PcapChannel channel;
        private final List<Long> times = new ArrayList<>();

        Forwarder(PcapChannel channel) {
            this.channel = channel;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            FrameBatch batch = (FrameBatch) message;
            times.add(channel.nowNanos().getAsLong());
            assertThat(Memory.i64(batch.address(0) - 10)).isZero();
            assertThat(channel.sink().transmit(batch.address(0), batch.length(0))).isTrue();
        }
    }
}
