package lb.director.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: takes its requests one after the other. Owned by the control event loop; {@link
 * #answer} alone runs on a command thread.
 */
final class ControlHandler extends SimpleChannelInboundHandler<ByteBuf> {
    /** Requests that one read may bring while another runs. */
    private static final int MAX_WAITING = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ControlHandler.class);

    private final Map<String, ControlCommand> commands;
    private final Executor commandThreads;
    private final ControlLimits limits;
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private boolean running;

    ControlHandler(
            Map<String, ControlCommand> commands, Executor commandThreads, ControlLimits limits) {
        this.commands = commands;
        this.commandThreads = commandThreads;
        this.limits = limits;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
        if (waiting.size() == MAX_WAITING) {
            refuse(context, "more than " + MAX_WAITING + " requests at once");
            return;
        }
        waiting.add(ByteBufUtil.getBytes(line));
        startNext(context);
    }

    private void startNext(ChannelHandlerContext context) {
        byte[] request = running ? null : waiting.poll();
        if (request != null) {
            running = true;
            // Also keeps the end of the input unseen: who sends requests and closes his half gets
            // his answers.
            context.channel().config().setAutoRead(false);
            start(context, request);
        }
    }

    private void start(ChannelHandlerContext context, byte[] request) {
        try {
            commandThreads.execute(() -> {
                try {
                    answer(context, request);
                } finally {
                    finished(context);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the control server stops; a request is left unanswered", e);
            var _ = context.close();
        }
    }

    private void finished(ChannelHandlerContext context) {
        try {
            context.executor().execute(() -> onFinished(context));
        } catch (RejectedExecutionException e) {
            LOG.debug("the control server stopped while a command ran", e);
        }
    }

    private void onFinished(ChannelHandlerContext context) {
        running = false;
        startNext(context);
        if (!running) {
            context.channel().config().setAutoRead(true);
        }
    }

    private void answer(ChannelHandlerContext context, byte[] line) {
        PieceWriter out = new PieceWriter(context.channel(), limits.stallTimeout());
        try {
            answer(line, out);
        } catch (PieceWriter.ClientGoneException e) {
            LOG.debug("a control client is left", e);
            var _ = context.close();
        }
    }

    private void answer(byte[] line, PieceWriter out) {
        try {
            JsonNode request = parse(line);
            command(request).run(request, out);
            out.finish();
        } catch (ControlException e) {
            out.fail(String.valueOf(e.getMessage()));
        } catch (PieceWriter.ClientGoneException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("a control command failed", e);
            out.fail("the director failed on this command; its log says why");
        }
    }

    private static JsonNode parse(byte[] line) throws ControlException {
        JsonNode request;
        try {
            request = Answers.JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new ControlException("malformed request: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ControlException("malformed request: " + e.getMessage(), e);
        }
        if (!request.isObject() || !request.path("command").isTextual()) {
            throw new ControlException(
                    "a request is one JSON object in a line, such as {\"command\":\"services\"}");
        }
        return request;
    }

    private ControlCommand command(JsonNode request) throws ControlException {
        String name = request.path("command").textValue();
        ControlCommand command = commands.get(name);
        if (command == null) {
            throw new ControlException(
                    "unknown command '"
                            + name
                            + "'; known are "
                            + String.join(" ", commands.keySet()));
        }
        return command;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && !running) {
            var _ = context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof TooLongFrameException) {
            refuse(context, "a request has at most " + limits.requestBytes() + " bytes");
        } else {
            LOG.debug("a control connection failed", cause);
            var _ = context.close();
        }
    }

    private static void refuse(ChannelHandlerContext context, String reason) {
        context.channel().config().setAutoRead(false);
        var _ =
                context.writeAndFlush(Answers.error(reason))
                        .addListener(ChannelFutureListener.CLOSE);
    }
}
