package lb.director.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.Map;

/** The lines of the protocol. Stateless; any thread. */
final class Answers {
    /**
     * Lenient about fields that it does not know, so that client and director may be of different
     * versions.
     */
    static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private Answers() {}

    /** The only line of an answer that says no. */
    static ByteBuf error(String message) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("ok", false);
        answer.put("error", message);
        return line(answer);
    }

    /** The last line of an answer that says yes. */
    static ByteBuf result(Object result) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("ok", true);
        answer.put("result", result);
        return line(answer);
    }

    private static ByteBuf line(Map<String, Object> answer) {
        try {
            ByteBuf line = Unpooled.wrappedBuffer(JSON.writeValueAsBytes(answer));
            return Unpooled.wrappedBuffer(line, Unpooled.wrappedBuffer(new byte[] {'\n'}));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + answer, e);
        }
    }
}
