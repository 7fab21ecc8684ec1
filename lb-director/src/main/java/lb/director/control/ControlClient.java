package lb.director.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The other end of a {@link ControlServer}: asks one thing after the other. Used by one thread. */
public final class ControlClient implements AutoCloseable {
    /** Longer than any director that is well is silent. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Path path;
    private final TimedSocket socket;

    private ControlClient(Path path, TimedSocket socket) {
        this.path = path;
        this.socket = socket;
    }

    /**
     * Connects to the director that listens on {@code path}.
     *
     * @throws NoDirectorException when none does
     * @throws ControlException when it may not be asked
     */
    public static ControlClient connect(Path path) throws ControlException {
        return connect(path, TIMEOUT);
    }

    static ControlClient connect(Path path, Duration timeout) throws ControlException {
        SocketChannel channel = ControlSocket.connect(path);
        try {
            return new ControlClient(path, new TimedSocket(channel, timeout));
        } catch (IOException e) {
            throw new ControlException("cannot ask " + path + ": " + e.getMessage(), e);
        }
    }

    /** Asks for a result without rows. */
    public JsonNode ask(String command) throws ControlException {
        return ask(command, Map.of(), _ -> {});
    }

    /**
     * Asks, and takes the rows as they come, some at a time.
     *
     * @return the result
     * @throws ControlException when the director says no, or its answer does not come or not to its
     *     end
     */
    public JsonNode ask(String command, Map<String, ?> arguments, Consumer<List<JsonNode>> rows)
            throws ControlException {
        try {
            send(command, arguments);
            while (true) {
                JsonNode line = nextLine();
                if (!line.path("ok").asBoolean()) {
                    throw new ControlException(
                            line.path("error").asText("the director gave no reason"));
                }
                if (!line.path("more").asBoolean()) {
                    return line.path("result");
                }
                rows.accept(line.path("rows").valueStream().toList());
            }
        } catch (JsonProcessingException e) {
            throw new ControlException(
                    "what answers on " + path + " is no lb director: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ControlException(
                    "the director on " + path + " was lost: " + e.getMessage(), e);
        }
    }

    private void send(String command, Map<String, ?> arguments) throws IOException {
        ObjectNode request = Answers.JSON.createObjectNode().put("command", command);
        arguments.forEach((name, value) -> request.set(name, Answers.JSON.valueToTree(value)));
        socket.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private JsonNode nextLine() throws IOException {
        byte[] line = socket.readLine();
        if (line == null) {
            throw new IOException("it closed the connection before the answer was complete");
        }
        return Answers.JSON.readTree(line);
    }

    /** A result or a row as one of the records of this package. */
    public static <T> T read(JsonNode json, Class<T> type) throws ControlException {
        try {
            return Answers.JSON.treeToValue(json, type);
        } catch (JsonProcessingException e) {
            throw new ControlException(
                    "the director's answer is not understood, is it of another version? "
                            + e.getOriginalMessage(),
                    e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
