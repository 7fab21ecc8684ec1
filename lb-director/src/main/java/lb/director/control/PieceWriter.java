package lb.director.control;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows in pieces: one piece under way while the next is filled, never more. Owned by the
 * thread of the command.
 */
final class PieceWriter implements ResultWriter {
    private static final int PIECE_BYTES = 32 * 1024;

    /** The client left or stopped reading: nobody is there to answer. */
    static final class ClientGoneException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ClientGoneException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private final Channel channel;
    private final Duration stallTimeout;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE_BYTES + 4096);
    private @Nullable JsonGenerator json;
    private @Nullable ChannelFuture underWay;
    private Object result = Map.of();

    PieceWriter(Channel channel, Duration stallTimeout) {
        this.channel = channel;
        this.stallTimeout = stallTimeout;
    }

    @Override
    public void row(Object row) {
        try {
            JsonGenerator into = json == null ? begin() : json;
            into.writePOJO(row);
            if (piece.size() + into.getOutputBuffered() >= PIECE_BYTES) {
                sendPiece(into);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot be written as JSON: " + row, e);
        }
    }

    private JsonGenerator begin() throws IOException {
        piece.reset();
        JsonGenerator begun = Answers.JSON.createGenerator(piece);
        json = begun;
        begun.writeStartObject();
        begun.writeBooleanField("ok", true);
        begun.writeBooleanField("more", true);
        begun.writeArrayFieldStart("rows");
        return begun;
    }

    private void sendPiece(JsonGenerator full) throws IOException {
        full.writeEndArray();
        full.writeEndObject();
        full.writeRaw('\n');
        full.close();
        json = null;
        send(Unpooled.wrappedBuffer(piece.toByteArray()));
    }

    private void awaitUnderWay() {
        ChannelFuture before = underWay;
        if (before == null) {
            return;
        }
        try {
            if (!before.await(stallTimeout.toMillis())) {
                throw new ClientGoneException("the client does not read", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGoneException("the director stops", e);
        }
        if (!before.isSuccess()) {
            throw new ClientGoneException("the client left", before.cause());
        }
    }

    @Override
    public void result(Object value) {
        result = value;
    }

    /** Sends what is left, and the result. */
    void finish() {
        try {
            if (json != null) {
                sendPiece(json);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        send(Answers.result(result));
        awaitUnderWay();
    }

    /** Sends the reason why there is no result; rows already sent stay sent. */
    void fail(String reason) {
        send(Answers.error(reason));
        awaitUnderWay();
    }

    private void send(ByteBuf line) {
        awaitUnderWay();
        underWay = channel.writeAndFlush(line);
    }
}
