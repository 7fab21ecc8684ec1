package lb.director.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client of the control socket without manners. Stateless. */
final class RawClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RawClient() {}

    static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    static void send(SocketChannel to, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** The next line, without its end; null at the end of the stream. */
    static String line(SocketChannel from) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = Channels.newInputStream(from);
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return text.toString();
            }
            text.append((char) c);
        }
        return null;
    }

    static String error(SocketChannel from) throws IOException {
        JsonNode answer = JSON.readTree(line(from));
        assertThat(answer.path("ok").booleanValue()).isFalse();
        return answer.path("error").textValue();
    }
}
